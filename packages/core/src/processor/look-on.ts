import type { Frame } from '../frames/frame.js';

/** A handler that only looks: it is told of a frame, which goes on untouched. */
export function lookOn<F extends Frame>(see: (frame: F) => void): (frame: F) => F {
  return (frame) => {
    see(frame);
    return frame;
  };
}
