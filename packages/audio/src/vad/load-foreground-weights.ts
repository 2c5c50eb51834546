import type { ForegroundWeights } from './foreground-network.js';
import { sharedFile } from './shared-file.js';

/**
 * Reads the weights of the network that tells a voice in the foreground, which come with this package. While any stream uses them, this
 * returns the same object.
 *
 * The file holds little-endian 32-bit floats: the three sizes, then the fields of `ForegroundWeights` in their order.
 */
export const loadForegroundWeights = sharedFile('foreground.f32', parseForegroundWeights);

/** @throws Error when the bytes are not such a file, whole. */
function parseForegroundWeights(file: Uint8Array): ForegroundWeights {
  const values = new Float32Array(file.length >> 2);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
  const [levels = 0, sums = 0, hidden = 0, silero = 0] = values;
  const features = levels + silero;
  const input = levels + sums;
  const sizes = [features, features, sums * silero, 3 * hidden * input, 3 * hidden, 3 * hidden * hidden, hidden, input, 1];
  let at = 4;
  const parts = sizes.map((size) => {
    const part = values.subarray(at, at + size);
    at += size;
    return part;
  });
  const [mean, scale, inside, fromInput, bias, state, output, direct, last] = parts;
  const whole = levels > 0 && at === values.length && mean && scale && inside && fromInput && bias && state && output && direct;
  if (!whole) throw new Error('The weights for telling a voice in the foreground are damaged; reinstall @voxrill/audio.');
  return { levels, sums, hidden, mean, scale, inside, input: fromInput, bias, state, output, direct, outputBias: last?.[0] ?? 0 };
}
