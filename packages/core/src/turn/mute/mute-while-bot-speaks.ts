import type { MuteStrategy } from './mute-strategy.js';

/**
 * The user is not heard while the bot speaks: for a loudspeaker whose echo nobody cancels.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { mute: muteWhileBotSpeaks() } });
 * ```
 */
export function muteWhileBotSpeaks(): MuteStrategy {
  return {
    name: 'while the bot speaks',
    attach: () => {
      let muted = false;
      return ({ kind }) => {
        if (kind === 'bot-started-speaking') muted = true;
        else if (kind === 'bot-stopped-speaking') muted = false;
        return muted;
      };
    },
  };
}
