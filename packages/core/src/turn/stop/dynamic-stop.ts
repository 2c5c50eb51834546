import { checkOption } from '../check-option.js';
import type { StopStrategy } from '../turn-strategy.js';

/** Options of {@link dynamicStop}. */
export interface DynamicStopOptions {
  /** The shortest silence that ends a turn. @defaultValue 300 */
  readonly minMs?: number;
  /** The longest. @defaultValue 1_500 */
  readonly maxMs?: number;
  /** How many times the speaker's usual pause the silence must last. @defaultValue 1.5 */
  readonly factor?: number;
  /** How much the last pause weighs against all before it, over 0 and up to 1. @defaultValue 0.3 */
  readonly alpha?: number;
}

/** Until this speaker has made a pause. */
const usualMs = 500;
/** Who goes on so soon after the turn was closed had not finished. */
const resumedMs = 1_000;

/**
 * The user has finished when the silence is longer than this speaker's pauses usually are. It learns from the pauses after
 * which the user went on, as an exponential moving average; among them those that were taken for the end of the turn
 * although the user went on within a second of it. It begins with 500 ms. Pauses that the detector bridges are not known, so
 * its own silence should be short.
 *
 * @throws RangeError when an option is out of its range.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { stop: dynamicStop({ minMs: 250, maxMs: 2_000 }) } });
 * ```
 */
export function dynamicStop(options: DynamicStopOptions = {}): StopStrategy {
  const { minMs = 300, maxMs = 1_500, factor = 1.5, alpha = 0.3 } = options;
  checkOption('dynamicStop', 'minMs', minMs);
  checkOption('dynamicStop', 'maxMs', maxMs, minMs);
  checkOption('dynamicStop', 'factor', factor);
  if (!(alpha > 0 && alpha <= 1)) throw new RangeError(`dynamicStop: alpha is ${alpha}; it must be over 0 and no more than 1.`);
  return {
    name: 'dynamic silence',
    informed: true,
    attach: (scope) => {
      let averageMs: number | undefined;
      /** Where the voice ended last, and when the turn was closed after that, if it was. */
      let endedMs: number | undefined;
      let closedMs: number | undefined;
      const learn = (pauseMs: number): void => {
        averageMs = averageMs === undefined ? pauseMs : alpha * pauseMs + (1 - alpha) * averageMs;
      };
      const silenceMs = (): number => Math.min(maxMs, Math.max(minMs, averageMs === undefined ? usualMs : averageMs * factor));
      return (signal) => {
        switch (signal.type) {
          case 'voice-started':
            if (endedMs !== undefined && (closedMs === undefined || signal.atMs - closedMs <= resumedMs)) {
              learn(Math.max(0, signal.atMs - endedMs));
            }
            endedMs = undefined;
            closedMs = undefined;
            break;
          case 'voice-stopped':
            endedMs = signal.atMs;
            scope.after(signal.atMs + silenceMs() - scope.now(), () => scope.stop());
            break;
          case 'turn-stopped':
            closedMs = scope.now();
            break;
          default:
        }
      };
    },
  };
}
