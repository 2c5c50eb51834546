import { checkOption } from '../check-option.js';
import type { StartStrategy } from '../turn-strategy.js';

/**
 * A turn begins when the user has said so many words. They are counted over all that is being said, also if it comes in many
 * small results, and not for each result anew. What stays below is ignored. Typed text always begins a turn.
 *
 * @throws RangeError when `words` is less than 1.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { start: minWordsStart(2) } });
 * ```
 */
export function minWordsStart(words: number): StartStrategy {
  checkOption('minWordsStart', 'words', words, 1);
  return {
    name: 'minimum words',
    unless: `less than ${words} words were said`,
    attach: (scope) => (signal) => {
      if ((signal.type === 'interim' || signal.type === 'final') && scope.said.words >= words) scope.start();
    },
  };
}
