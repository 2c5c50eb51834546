import type { FrameOf } from '../../frames/frame.js';
import { defineProcessor } from '../../processor/define-processor.js';
import type { FrameProcessor } from '../../processor/frame-processor.js';
import type { HandlerTable } from '../../processor/handler.js';
import { lookOn } from '../../processor/look-on.js';
import { asksForReply } from '../asks-for-reply.js';
import { FillerWait } from './filler-wait.js';

const fillerFit = { needs: [['llm-text', 'tts-speak']], emits: ['tts-speak'] } as const;

/** Options of {@link filler}. */
export interface FillerOptions {
  /** What may be said, in turn. */
  readonly phrases: readonly string[];
  /** How long the user may wait for the first word of a reply before something is said. @defaultValue 800 */
  readonly afterMs?: number;
  /** How long, once the model has called tools and nobody speaks. @defaultValue 1_500 */
  readonly slowToolMs?: number;
  /** @defaultValue 'filler' */
  readonly name?: string;
}

/**
 * Says a courtesy like "one moment" when the model or a tool is slow. It is an aside: it can be interrupted, and does not go
 * into the conversation. At most one a wait, and none while the user speaks. Stands between the model and the voice.
 *
 * @example
 * ```ts
 * const courtesy = filler({ afterMs: 900, phrases: ['Let me see.', 'One moment.', 'Just a second.'] });
 * ```
 */
export function filler(options: FillerOptions): FrameProcessor<typeof fillerFit> {
  const { phrases, afterMs = 800, slowToolMs = 1_500, name = 'filler' } = options;
  if (phrases.length === 0) throw new TypeError('phrases is empty; give at least one, like "One moment.".');
  for (const [option, value] of Object.entries({ afterMs, slowToolMs })) {
    if (!(value >= 0)) throw new RangeError(`${option} is ${value}; it is a number of milliseconds, 0 or more.`);
  }
  return defineProcessor(
    name,
    (stage) => {
      let said = 0;
      const wait = new FillerWait(stage, () => {
        const text = phrases[said++ % phrases.length] ?? '';
        stage.pushDown(stage.frame('tts-speak', { text, aside: true }));
      });
      const handlers = handlersOf(wait, afterMs, slowToolMs);
      return { down: handlers, up: handlers };
    },
    { fit: fillerFit },
  );
}

function handlersOf(wait: FillerWait, afterMs: number, slowToolMs: number): HandlerTable {
  return {
    'vad-user-started-speaking': lookOn((_: FrameOf<'vad-user-started-speaking'>) => wait.now({ voice: true })),
    'vad-user-stopped-speaking': lookOn((_: FrameOf<'vad-user-stopped-speaking'>) => wait.now({ voice: false })),
    'user-started-speaking': lookOn((_: FrameOf<'user-started-speaking'>) => wait.now({ userTurn: true })),
    'user-stopped-speaking': lookOn((frame: FrameOf<'user-stopped-speaking'>) => {
      wait.now({ userTurn: false });
      if (asksForReply(frame)) wait.begin(afterMs);
    }),
    'bot-started-speaking': lookOn((_: FrameOf<'bot-started-speaking'>) => wait.now({ botSpeaks: true })),
    'bot-stopped-speaking': lookOn((_: FrameOf<'bot-stopped-speaking'>) => wait.now({ botSpeaks: false })),
    'llm-response-start': lookOn((_: FrameOf<'llm-response-start'>) => wait.goOn(afterMs)),
    'llm-text': lookOn(({ text }: FrameOf<'llm-text'>) => {
      if (text.trim() !== '') wait.replied();
    }),
    'tts-speak': lookOn(({ aside }: FrameOf<'tts-speak'>) => {
      if (aside !== true) wait.replied();
    }),
    'tool-calls': lookOn((_: FrameOf<'tool-calls'>) => wait.begin(slowToolMs, true)),
    'llm-response-end': lookOn((_: FrameOf<'llm-response-end'>) => wait.responseEnded()),
    interruption: lookOn((_: FrameOf<'interruption'>) => wait.interrupted()),
  };
}
