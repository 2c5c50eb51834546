import type { WavEncoding } from './wav-format.js';

/** What the `wavefile` package calls each encoding. */
export const wavefileCode = {
  uint8: '8',
  int16: '16',
  int24: '24',
  int32: '32',
  float32: '32f',
  float64: '64',
  mulaw: '8m',
  alaw: '8a',
} as const satisfies Record<WavEncoding, string>;
