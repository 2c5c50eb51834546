import type { Frame } from '../frames/frame.js';

/** Where a frame was seen: handed by `from` to `to`. */
export interface TappedFrame {
  readonly frame: Frame;
  readonly from: string;
  readonly to: string;
  readonly direction: 'down' | 'up';
  /** Session milliseconds. */
  readonly at: number;
}
