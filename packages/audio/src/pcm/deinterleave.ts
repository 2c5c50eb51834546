import { requireWholeFrames } from './require-whole-frames.js';

/** Takes interleaved samples apart into one array a channel. Throws a RangeError when the last frame is not whole. */
export function deinterleave(samples: Int16Array, channels: number): Int16Array[] {
  const length = requireWholeFrames('deinterleave', samples.length, channels);
  return Array.from({ length: channels }, (_, c) => {
    const channel = new Int16Array(length);
    for (let i = 0; i < length; i++) channel[i] = samples[i * channels + c] ?? 0;
    return channel;
  });
}
