import { checkOption } from '../check-option.js';
import type { InterruptionStrategy } from '../turn-strategy.js';
import { voiceLasting } from '../voice-lasting.js';

/** Options of {@link interruptAfter}: at least one of them is given, and either suffices. */
export interface InterruptAfterOptions {
  /** So many words. */
  readonly words?: number;
  /** A voice that lasts so long; known for certain only when the detector would have said that it is over. */
  readonly durationMs?: number;
}

/**
 * It takes some words, or a voice that lasts, to cut the bot off. Less than that is dropped and the bot goes on undisturbed.
 *
 * @throws TypeError when neither option is given; RangeError when one is out of its range.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { interruption: interruptAfter({ words: 2, durationMs: 1_200 }) } });
 * ```
 */
export function interruptAfter(options: InterruptAfterOptions): InterruptionStrategy {
  const { words, durationMs } = options;
  if (words === undefined && durationMs === undefined) {
    throw new TypeError('interruptAfter: give words, durationMs or both; for an interruption at the first sound use atOnce().');
  }
  if (words !== undefined) checkOption('interruptAfter', 'words', words, 1);
  if (durationMs !== undefined) checkOption('interruptAfter', 'durationMs', durationMs);
  const limits = [
    ...(words === undefined ? [] : [`less than ${words} words`]),
    ...(durationMs === undefined ? [] : [`less than ${durationMs} ms of voice`]),
  ];
  return {
    name: 'after words or a duration',
    otherwise: 'drop',
    unless: `${limits.join(' and ')} while the bot spoke`,
    attach: (scope) => {
      const lasting = durationMs === undefined ? () => undefined : voiceLasting(scope, durationMs, () => scope.interrupt());
      return (signal) => {
        lasting(signal);
        if (words !== undefined && scope.said.words >= words) scope.interrupt();
      };
    },
  };
}
