import type { InterruptionScope, InterruptionStrategy } from '../turn-strategy.js';
import { isBackchannel } from './is-backchannel.js';

/** Options of {@link exceptBackchannels}. */
export interface ExceptBackchannelsOptions {
  /** Whether these words are nothing but a listener's. @defaultValue `isBackchannel`, which knows English */
  readonly is?: (text: string) => boolean;
}

/**
 * Interrupts as another strategy does, but not for a "uh-huh": it waits for words, and if these are only a listener's they are
 * dropped and the bot goes on.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { interruption: exceptBackchannels(atOnce()) } });
 * ```
 */
export function exceptBackchannels(
  strategy: InterruptionStrategy,
  options: ExceptBackchannelsOptions = {},
): InterruptionStrategy {
  const { is = isBackchannel } = options;
  const { otherwise, unless = strategy.name } = strategy;
  const otherwiseOf = typeof otherwise === 'function' ? otherwise : () => otherwise;
  const reason = 'the user only showed to be listening';
  return {
    name: `${strategy.name}, except backchannels`,
    ...(strategy.absolute === true ? { absolute: true } : {}),
    otherwise: (text) => (is(text) ? 'drop' : otherwiseOf(text)),
    unless: otherwise === 'keep' ? reason : `${unless}, or ${reason}`,
    attach: (scope) => {
      /** The other strategy would interrupt. */
      let wants = false;
      let sinceMs: number | undefined;
      const decide = (): void => {
        const { text } = scope.said;
        if (wants && text !== '' && !is(text)) scope.interrupt();
      };
      const run = strategy.attach(
        withInterrupt(scope, () => {
          wants = true;
          decide();
        }),
      );
      return (signal) => {
        // Something else is being said.
        if (sinceMs !== scope.said.sinceMs) wants = false;
        sinceMs = scope.said.sinceMs;
        run(signal);
        decide();
      };
    },
  };
}

/** The scope with an `interrupt()` of its own: what changes is still read from the scope each time. */
function withInterrupt(scope: InterruptionScope, interrupt: () => void): InterruptionScope {
  return Object.assign(Object.create(scope), { interrupt });
}
