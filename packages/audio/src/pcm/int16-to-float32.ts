/**
 * Turns 16-bit samples into floats between -1 and 1 (−32768 becomes −1). Exact: `float32ToInt16` gives the same samples back.
 *
 * @example
 * ```ts
 * const floats = int16ToFloat32(Int16Array.of(0, 16384)); // 0, 0.5
 * ```
 */
export function int16ToFloat32(samples: Int16Array): Float32Array {
  const floats = new Float32Array(samples.length);
  for (let i = 0; i < samples.length; i++) floats[i] = (samples[i] ?? 0) / 32768;
  return floats;
}
