import { checkOption } from '../check-option.js';
import type { StartStrategy } from '../turn-strategy.js';
import { voiceLasting } from '../voice-lasting.js';

/**
 * A turn begins when the voice has lasted so long, in milliseconds. A detector tells only some time after a voice has ended
 * that it has: the turn begins so much later, or as soon as it is known. The words of a shorter sound are ignored.
 *
 * @throws RangeError when `ms` is negative.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { start: minDurationStart(300) } });
 * ```
 */
export function minDurationStart(ms: number): StartStrategy {
  checkOption('minDurationStart', 'ms', ms);
  return {
    name: 'minimum duration',
    unless: `the voice lasted less than ${ms} ms`,
    attach: (scope) => voiceLasting(scope, ms, () => scope.start()),
  };
}
