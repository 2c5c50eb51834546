import type { Frame } from '../../frames/frame.js';
import type { MuteStrategy } from './mute-strategy.js';

/**
 * The user is not heard when a function says so. It is asked with each of the frames that {@link MuteStrategy} names;
 * `undefined` leaves it as it was. For one with a memory of its own write a `MuteStrategy`: this function is shared by all
 * sessions.
 *
 * @example
 * ```ts
 * const context = contextPair({
 *   turn: { mute: muteWhen((frame) => (frame.kind === 'tool-calls' ? true : frame.kind === 'bot-started-speaking' ? false : undefined)) },
 * });
 * ```
 */
export function muteWhen(predicate: (frame: Frame) => boolean | undefined): MuteStrategy {
  return {
    name: 'when told to',
    attach: () => {
      let muted = false;
      return (frame) => {
        muted = predicate(frame) ?? muted;
        return muted;
      };
    },
  };
}
