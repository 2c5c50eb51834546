import {
  atOnce,
  dynamicStop,
  exceptBackchannels,
  interruptAfter,
  minDurationStart,
  minWordsStart,
  muteDuringTools,
  muteFirstSpeech,
  muteUntilFirstReply,
  muteWhileBotSpeaks,
  neverInterrupt,
  pauseAndConfirm,
  phraseStop,
  silenceStop,
  type TurnOptions,
  transcriptStart,
  vadStart,
} from '@voxrill/core';
import type { Random } from '../simulator/seeded-random.js';
import type { Choices, Chosen } from './choices.js';

/** Ways to take turns, by names that a person can read. A line of its own for each. */
const starts = {
  default: () => [vadStart(), transcriptStart()],
  voice: () => vadStart(),
  'first word': () => transcriptStart({ interims: true }),
  'two words': () => minWordsStart(2),
  'voice of 300 ms': () => minDurationStart(300),
};

const stops = {
  silence: () => silenceStop(),
  'silence of 700 ms': () => silenceStop({ stopMs: 700 }),
  'silence of 1500 ms': () => silenceStop({ stopMs: 1500 }),
  phrase: () => phraseStop(),
  dynamic: () => dynamicStop(),
};

const interruptions = {
  'at once': () => atOnce(),
  'pause and confirm': () => pauseAndConfirm(),
  never: () => neverInterrupt(),
  'after two words': () => interruptAfter({ words: 2 }),
  'after 400 ms': () => interruptAfter({ durationMs: 400 }),
  'except backchannels': () => exceptBackchannels(atOnce()),
};

const mutes = {
  never: () => [],
  'while the bot speaks': () => muteWhileBotSpeaks(),
  'first speech': () => muteFirstSpeech(),
  'until the first reply': () => muteUntilFirstReply(),
  'during tools': () => muteDuringTools(),
};

/** What differs in how turns are taken. */
export const turnChoices = {
  start: (r: Random) => (r.chance(0.4) ? 'default' : r.pick(names(starts))),
  stop: (r: Random) => (r.chance(0.3) ? 'silence' : r.pick(names(stops))),
  interruption: (r: Random) => (r.chance(0.3) ? 'at once' : r.pick(names(interruptions))),
  mute: (r: Random) => (r.chance(0.8) ? 'never' : r.pick(names(mutes))),
  speculate: (r: Random) => r.pick(['never', 'never', 'text', 'speech'] as const),
  transcriptMs: (r: Random) => r.pick([500, 1500, 3000]),
  watchdogMs: (r: Random) => r.pick([2000, 5000]),
} as const satisfies Choices;

/** The options that have these names. */
export function turnOptions(chosen: Chosen<typeof turnChoices>): TurnOptions {
  const { start, stop, interruption, mute, speculate, transcriptMs, watchdogMs } = chosen;
  return {
    start: starts[start](),
    stop: stops[stop](),
    interruption: interruptions[interruption](),
    mute: mutes[mute](),
    speculate,
    transcriptMs,
    watchdogMs,
  };
}

function names<T extends object>(table: T): readonly (keyof T)[] {
  return Object.keys(table) as (keyof T)[];
}
