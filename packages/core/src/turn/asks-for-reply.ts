import type { FrameOf } from '../frames/frame.js';

/** Whether a reply is due to this turn of the user; after a mere noise none is. */
export function asksForReply({ text, heard }: FrameOf<'user-stopped-speaking'>): boolean {
  return text !== '' || heard === true;
}
