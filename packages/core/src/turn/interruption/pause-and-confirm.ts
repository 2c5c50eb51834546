import { checkOption } from '../check-option.js';
import type { InterruptionStrategy } from '../turn-strategy.js';

/** Options of {@link pauseAndConfirm}. */
export interface PauseAndConfirmOptions {
  /** How many words make an interruption of it. @defaultValue 1 */
  readonly words?: number;
  /** Which words do not count: `isBackchannel`, say. @defaultValue all count */
  readonly unless?: (text: string) => boolean;
  /** How long the bot stays silent after a sound of which no word has been understood. @defaultValue 1_500 */
  readonly resumeMs?: number;
}

/**
 * The bot falls silent with the user's first sound. With the first word it is cut off; if there is none it was a false alarm,
 * and the bot goes on from where it was.
 *
 * @throws RangeError when `words` is less than 1, or `resumeMs` negative.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { interruption: pauseAndConfirm({ unless: isBackchannel }) } });
 * ```
 */
export function pauseAndConfirm(options: PauseAndConfirmOptions = {}): InterruptionStrategy {
  const { words = 1, unless = () => false, resumeMs = 1_500 } = options;
  checkOption('pauseAndConfirm', 'words', words, 1);
  checkOption('pauseAndConfirm', 'resumeMs', resumeMs);
  return {
    name: 'pause and confirm',
    otherwise: 'drop',
    unless: 'it was a false alarm',
    attach: (scope) => {
      let cancelResume: (() => void) | undefined;
      return (signal) => {
        if (signal.type === 'voice-started') {
          cancelResume?.();
          scope.pause();
        } else if (signal.type === 'voice-stopped') cancelResume = scope.after(resumeMs, () => scope.resume());
        else if (scope.said.words >= words && !unless(scope.said.text)) scope.interrupt();
      };
    },
  };
}
