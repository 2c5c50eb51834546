import type { InterruptionStrategy } from '../turn-strategy.js';

/**
 * Whatever the user says cuts the bot off, with its first sound.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { interruption: atOnce() } });
 * ```
 */
export function atOnce(): InterruptionStrategy {
  return { name: 'at once', otherwise: 'keep', attach: (scope) => () => scope.interrupt() };
}
