/**
 * Turns floats (full scale ±1) into 16-bit samples, rounded to the nearest. What is louder than full scale is clipped;
 * what is not a number becomes silence.
 *
 * @example
 * ```ts
 * const samples = float32ToInt16(Float32Array.of(0.5, 7)); // 16384, 32767
 * ```
 */
export function float32ToInt16(floats: Float32Array | Float64Array): Int16Array {
  const samples = new Int16Array(floats.length);
  for (let i = 0; i < floats.length; i++) samples[i] = toInt16(floats[i] ?? 0);
  return samples;
}

/** Rounds and clips one float (full scale ±1) to a 16-bit sample. */
export function toInt16(value: number): number {
  // Math.round(NaN) stays NaN, which a typed array stores as 0.
  return Math.max(-32768, Math.min(32767, Math.round(value * 32768)));
}
