import type { StartStrategy } from '../turn-strategy.js';

/**
 * A turn begins with the first word that was recognised: for services that need no detector, and as a second chance for
 * speech that the detector has not heard.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { start: transcriptStart({ interims: true }) } });
 * ```
 */
export function transcriptStart(
  options: {
    /** Whether a result that may still change begins it. @defaultValue false */
    readonly interims?: boolean;
  } = {},
): StartStrategy {
  const { interims = false } = options;
  return {
    name: 'transcript',
    unless: 'no words were understood',
    attach: (scope) => (signal) => {
      const counts = signal.type === 'final' || signal.type === 'typed' || (interims && signal.type === 'interim');
      if (counts && signal.text.trim() !== '') scope.start();
    },
  };
}
