import type { InterruptionStrategy } from '../turn-strategy.js';

/**
 * The bot always finishes. What the user says meanwhile is understood, kept, and answered when the bot has finished.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { interruption: neverInterrupt() } });
 * ```
 */
export function neverInterrupt(): InterruptionStrategy {
  return { name: 'never', otherwise: 'keep', absolute: true, attach: () => () => undefined };
}
