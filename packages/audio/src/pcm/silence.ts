/** Makes `durationMs` of silence, interleaved over `channels`. */
export function silence(durationMs: number, sampleRate: number, channels = 1): Int16Array {
  return new Int16Array(Math.round((durationMs * sampleRate) / 1000) * channels);
}
