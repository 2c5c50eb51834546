import { checkOption } from '../check-option.js';
import type { StopStrategy } from '../turn-strategy.js';
import { phraseCompleteness } from './phrase-completeness.js';

/** Options of {@link phraseStop}: how long the user must be silent, from the end of speech; the detector's silence is the least. */
export interface PhraseStopOptions {
  /** After something that is whole: "Where is my order?", "No, thanks." @defaultValue 200 */
  readonly completeMs?: number;
  /** After something that obviously goes on: "I would like to", "and um". @defaultValue 1_500 */
  readonly incompleteMs?: number;
  /** After anything else, and while nothing has been understood yet. @defaultValue 700 */
  readonly otherwiseMs?: number;
}

/**
 * The user has finished when the silence has lasted as long as the words call for: see {@link phraseCompleteness}. It needs
 * no model. It decides again with each transcript; as long as a stretch of speech has no final one, nothing counts as whole.
 *
 * @throws RangeError when a time is negative.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { stop: phraseStop({ incompleteMs: 2_000 }) } });
 * ```
 */
export function phraseStop(options: PhraseStopOptions = {}): StopStrategy {
  const { completeMs = 200, incompleteMs = 1_500, otherwiseMs = 700 } = options;
  checkOption('phraseStop', 'completeMs', completeMs);
  checkOption('phraseStop', 'incompleteMs', incompleteMs);
  checkOption('phraseStop', 'otherwiseMs', otherwiseMs);
  return {
    name: 'phrase',
    informed: true,
    attach: (scope) => {
      let cancel = (): void => undefined;
      const silenceMs = (): number => {
        const { text, outstanding } = scope.said;
        const completeness = phraseCompleteness(text);
        if (completeness === 'incomplete') return incompleteMs;
        return completeness === 'complete' && outstanding === 0 ? completeMs : otherwiseMs;
      };
      return (signal) => {
        if (signal.type === 'voice-started') cancel();
        if (scope.said.voice || !decidesOn.has(signal.type) || !('atMs' in signal)) return;
        cancel();
        // Without a detector the words themselves say where the speech ended.
        const endMs = Math.max(scope.said.speechAtMs, signal.atMs);
        const leftMs = endMs + silenceMs() - scope.now();
        if (leftMs <= 0) scope.stop();
        else cancel = scope.after(leftMs, () => scope.stop());
      };
    },
  };
}

const decidesOn: ReadonlySet<string> = new Set(['voice-stopped', 'interim', 'final', 'typed']);
