import type { Frame } from '../../frames/frame.js';

/**
 * Decides when the user is not heard. Its run is shown, in their order, the frames `start`, `user-started-speaking`,
 * `user-stopped-speaking`, `bot-started-speaking`, `bot-stopped-speaking`, `tool-calls` and `tool-result`, and answers each
 * with whether the user is muted from then on.
 *
 * @example
 * ```ts
 * const duringMenu: MuteStrategy = {
 *   name: 'during the menu',
 *   attach: () => {
 *     let turns = 0;
 *     return (frame) => {
 *       if (frame.kind === 'user-stopped-speaking') turns++;
 *       return turns === 0;
 *     };
 *   },
 * };
 * ```
 */
export interface MuteStrategy {
  readonly name: string;
  /** Called once for each session. */
  attach(): (frame: Frame) => boolean;
}
