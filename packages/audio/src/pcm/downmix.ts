import { requireWholeFrames } from './require-whole-frames.js';

/**
 * Mixes interleaved channels down to one by averaging them, so that nothing can clip. Mono comes back as a copy.
 * Throws a RangeError when the last frame is not whole.
 */
export function downmix(samples: Int16Array, channels: number): Int16Array {
  const length = requireWholeFrames('downmix', samples.length, channels);
  if (channels === 1) return samples.slice();
  const mono = new Int16Array(length);
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += samples[i * channels + c] ?? 0;
    mono[i] = Math.round(sum / channels);
  }
  return mono;
}
