import type { StopStrategy } from '../turn-strategy.js';

/**
 * The user has finished when the voice is marked as over, without a further wait: for a button that is let go, as with
 * `pushToTalk()`.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { stop: releaseStop() } });
 * ```
 */
export function releaseStop(): StopStrategy {
  return {
    name: 'release',
    informed: true,
    attach: (scope) => (signal) => {
      if (signal.type === 'voice-stopped') scope.stop();
    },
  };
}
