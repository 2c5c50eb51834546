/**
 * Gives interleaved audio another number of channels. To one: the average. From one: the same on each. Between other
 * numbers: the average on each, because a WAV file rarely says what its channels are.
 */
export function mapChannels(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const frames = samples.length / from;
  const mapped = new Float32Array(frames * to);
  for (let i = 0; i < frames; i++) {
    let sum = 0;
    for (let c = 0; c < from; c++) sum += samples[i * from + c] ?? 0;
    mapped.fill(sum / from, i * to, (i + 1) * to);
  }
  return mapped;
}
