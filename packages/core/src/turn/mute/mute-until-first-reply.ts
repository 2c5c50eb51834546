import type { MuteStrategy } from './mute-strategy.js';

/**
 * The user is not heard from the start until the bot has spoken for the first time, to its end.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { mute: muteUntilFirstReply() } });
 * ```
 */
export function muteUntilFirstReply(): MuteStrategy {
  return {
    name: 'until the first reply',
    attach: () => {
      let muted = true;
      return ({ kind }) => {
        if (kind === 'bot-stopped-speaking') muted = false;
        return muted;
      };
    },
  };
}
