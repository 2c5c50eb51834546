import type { FrameOf } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';

const dtmfFit = { needs: ['input-dtmf'], emits: ['input-text'] } as const;

/** More digits than this in one go are handed on at once; no number or card is that long. */
const maxDigits = 64;

/** Options of {@link dtmfAggregator}. */
export interface DtmfAggregatorOptions {
  /** How long after the last digit the number counts as complete. @defaultValue 2_000 */
  readonly timeoutMs?: number;
  /** The key that completes it at once; not a part of it. `false` for none. @defaultValue '#' */
  readonly terminator?: string | false;
  /** Stands before the digits, so that the model knows that they were typed. @defaultValue 'DTMF: ' */
  readonly prefix?: string;
  /** Whether the first digit cuts the bot off. @defaultValue true */
  readonly interrupts?: boolean;
}

/**
 * Gathers the keys that a caller presses on a telephone into one message of the user, an `input-text` like "DTMF: 123".
 * Stands before the user's side of the conversation. The digits themselves (`input-dtmf`) go on as well. What is begun when
 * the session ends is handed on then. A lone terminator is handed on as itself.
 *
 * @example
 * ```ts
 * const keys = dtmfAggregator({ timeoutMs: 3_000, prefix: 'The caller typed: ' });
 * ```
 */
export function dtmfAggregator(options: DtmfAggregatorOptions = {}): FrameProcessor<typeof dtmfFit> {
  const { timeoutMs = 2_000, terminator = '#', prefix = 'DTMF: ', interrupts = true } = options;
  if (!(timeoutMs > 0)) throw new RangeError(`timeoutMs is ${timeoutMs}; it is a number of milliseconds, more than 0.`);
  return defineProcessor(
    'dtmf-aggregator',
    (stage) => {
      const { session } = stage;
      let digits = '';
      let cancelTimer = (): void => undefined;
      const complete = (): void => {
        cancelTimer();
        if (digits === '') return;
        const text = `${prefix}${digits}`;
        digits = '';
        stage.pushDown(stage.frame('input-text', { text }));
      };
      session.onEnd(complete);
      session.onClose(() => cancelTimer());
      return {
        down: {
          'input-dtmf': function* (frame: FrameOf<'input-dtmf'>) {
            if (digits === '' && interrupts) session.interrupt('The user pressed a key.', stage.name);
            yield frame;
            const terminates = frame.digit === terminator;
            if (!terminates || digits === '') digits += frame.digit;
            cancelTimer();
            if (terminates || digits.length >= maxDigits) complete();
            else cancelTimer = session.clock.setTimer(() => session.guard(stage.name, complete), timeoutMs);
          },
        },
      };
    },
    { fit: dtmfFit },
  );
}
