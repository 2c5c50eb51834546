import type { StartStrategy } from '../turn-strategy.js';

/**
 * A turn begins with the voice, as the detector marks it.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { start: vadStart() } });
 * ```
 */
export function vadStart(): StartStrategy {
  return {
    name: 'voice',
    attach: (scope) => (signal) => {
      if (signal.type === 'voice-started' || signal.type === 'typed') scope.start();
    },
  };
}
