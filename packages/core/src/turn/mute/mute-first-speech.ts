import type { MuteStrategy } from './mute-strategy.js';

/**
 * The user is not heard while the bot speaks for the first time, so that a greeting is heard to its end. Before and after that
 * the user is heard.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { mute: muteFirstSpeech() } });
 * ```
 */
export function muteFirstSpeech(): MuteStrategy {
  return {
    name: 'first speech',
    attach: () => {
      let state: 'before' | 'during' | 'after' = 'before';
      return ({ kind }) => {
        if (kind === 'bot-started-speaking' && state === 'before') state = 'during';
        else if (kind === 'bot-stopped-speaking' && state === 'during') state = 'after';
        return state === 'during';
      };
    },
  };
}
