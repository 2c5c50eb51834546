import { checkOption } from '../check-option.js';
import type { StopStrategy } from '../turn-strategy.js';

/** Options of {@link verdictStop}. All times count from the end of speech. */
export interface VerdictStopOptions {
  /** How long the user must be silent if the model thinks that there is more to come. @defaultValue 2_000 */
  readonly incompleteMs?: number;
  /** How long a verdict may take; then so much silence was enough. @defaultValue 800 */
  readonly limitMs?: number;
}

/**
 * The user has finished when a model says so: it goes by the `turn-verdict` frames of a stage that listens to the user, such
 * as `turnModel()` of `@voxrill/audio`. The detector's silence should be short, since it is then that the model is asked.
 *
 * @throws RangeError when a time is negative.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { stop: verdictStop({ incompleteMs: 3_000 }) } });
 * ```
 */
export function verdictStop(options: VerdictStopOptions = {}): StopStrategy {
  const { incompleteMs = 2_000, limitMs = 800 } = options;
  checkOption('verdictStop', 'incompleteMs', incompleteMs);
  checkOption('verdictStop', 'limitMs', limitMs);
  return {
    name: 'verdict',
    informed: true,
    attach: (scope) => {
      let cancel = (): void => undefined;
      const stopAfter = (silenceMs: number): void => {
        cancel();
        cancel = scope.after(scope.said.speechAtMs + silenceMs - scope.now(), () => scope.stop());
      };
      return (signal) => {
        if (signal.type === 'voice-stopped') stopAfter(limitMs);
        // About a pause that is over.
        else if (signal.type !== 'verdict' || scope.said.voice) return;
        else if (signal.complete) scope.stop();
        else stopAfter(incompleteMs);
      };
    },
  };
}
