import type { StartStrategy } from '../turn-strategy.js';

/**
 * A turn begins when a service says so that finds the turns by itself, or a button: with a `proposed-user-started-speaking`
 * frame. Other speech is ignored.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { start: serviceStart(), stop: serviceStop() } });
 * ```
 */
export function serviceStart(): StartStrategy {
  return {
    name: 'service',
    unless: 'the service did not take it for a turn',
    attach: (scope) => (signal) => {
      if (signal.type === 'proposed-start') scope.start();
    },
  };
}
