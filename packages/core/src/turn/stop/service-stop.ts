import { checkOption } from '../check-option.js';
import type { StopStrategy } from '../turn-strategy.js';

/** Options of {@link serviceStop}. */
export interface ServiceStopOptions {
  /** How long the words may take if the service says that the turn is over before there are any; then it is over without. @defaultValue 1_000 */
  readonly limitMs?: number;
}

/**
 * The user has finished when a service says so that finds the ends of turns by itself: with a
 * `proposed-user-stopped-speaking` frame.
 *
 * @throws RangeError when `limitMs` is negative.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { start: serviceStart(), stop: serviceStop() } });
 * ```
 */
export function serviceStop(options: ServiceStopOptions = {}): StopStrategy {
  const { limitMs = 1_000 } = options;
  checkOption('serviceStop', 'limitMs', limitMs);
  return {
    name: 'service',
    informed: true,
    attach: (scope) => {
      /** Waiting for words. */
      let proposed = false;
      return (signal) => {
        if (signal.type === 'proposed-start' || signal.type === 'turn-started') proposed = false;
        else if (signal.type === 'proposed-stop' && scope.said.text === '') {
          proposed = true;
          scope.after(limitMs, () => proposed && scope.stop());
        } else if (signal.type === 'proposed-stop' || (proposed && signal.type === 'final')) {
          proposed = false;
          scope.stop();
        }
      };
    },
  };
}
