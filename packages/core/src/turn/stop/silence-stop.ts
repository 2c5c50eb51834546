import { checkOption } from '../check-option.js';
import type { StopStrategy } from '../turn-strategy.js';

/** Options of {@link silenceStop}. */
export interface SilenceStopOptions {
  /**
   * How long the user must be silent, from the end of speech. The detector has waited for some of it, and its own `stopMs`
   * is the least.
   * @defaultValue what the detector waits: 500, unless it is told otherwise
   */
  readonly stopMs?: number;
}

/**
 * The user has finished when the silence has lasted long enough. The turn then still waits for its transcripts, as long as
 * the recogniser has announced that they take.
 *
 * @throws RangeError when `stopMs` is negative.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { stop: silenceStop({ stopMs: 900 }) } });
 * ```
 */
export function silenceStop(options: SilenceStopOptions = {}): StopStrategy {
  const { stopMs = 0 } = options;
  checkOption('silenceStop', 'stopMs', stopMs);
  return {
    name: 'silence',
    attach: (scope) => (signal) => {
      if (signal.type !== 'voice-stopped') return;
      const leftMs = signal.atMs + stopMs - scope.now();
      if (leftMs <= 0) scope.stop();
      else scope.after(leftMs, () => scope.stop());
    },
  };
}
