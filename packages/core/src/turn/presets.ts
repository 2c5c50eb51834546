import { vadStart } from './start/vad-start.js';
import { phraseStop } from './stop/phrase-stop.js';
import { releaseStop } from './stop/release-stop.js';
import { silenceStop } from './stop/silence-stop.js';
import type { TurnOptions } from './turn-options.js';

/**
 * Ready-made ways to find the end of a turn. Each can be shared by many sessions, given at the start or in a call.
 *
 * - `quick`: by the words, and the model is asked while the user may still go on. The detector's silence (`stopMs`) should be
 *   200 ms or less.
 * - `default`: 500 ms of silence.
 * - `patient`: 900 ms of silence, for interviews and people who think aloud.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { ...turnPresets.quick, interruption: exceptBackchannels(atOnce()) } });
 * ```
 */
export const turnPresets = {
  quick: { stop: phraseStop(), speculate: 'text' },
  default: { stop: silenceStop({ stopMs: 500 }), speculate: 'never' },
  patient: { stop: silenceStop({ stopMs: 900 }), speculate: 'never' },
} as const satisfies Readonly<Record<string, TurnOptions>>;

/**
 * How turns are taken behind a `pushToTalk()` stage: from press to release.
 *
 * @example
 * ```ts
 * const hold = pushToTalk({ tailMs: 120 });
 * const context = contextPair({ turn: pushToTalkTurns });
 * ```
 */
export const pushToTalkTurns = {
  start: vadStart(),
  stop: releaseStop(),
  speculate: 'never',
} as const satisfies TurnOptions;
