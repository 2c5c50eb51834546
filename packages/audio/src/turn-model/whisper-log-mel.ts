import { MEL_BANDS, melFilters } from './mel-filters.js';
import { POWER_BINS, PowerSpectrum } from './power-spectrum.js';

/** Samples that the features cover: 8 s at 16 kHz. */
export const MEL_WINDOW = 128_000;
const HOP = 160;
/** Half a frame: the first frame is centred on the first sample. */
const MARGIN = 200;
/** Columns of the features, one for each 10 ms. */
export const MEL_COLUMNS = MEL_WINDOW / HOP;
const LEAST_POWER = 1e-10;
/** Keeps silence finite when it is brought to a variance of 1. */
const LEAST_VARIANCE = 1e-7;

/**
 * The log-mel features that Whisper's encoder is given, of the last 8 s of 16 kHz mono audio: what models with the signature
 * of Smart Turn v3 take. Shorter audio is filled up with silence at its front. 3 to 8 ms of computing, once warm.
 *
 * The window of samples is brought to a mean of 0 and a variance of 1, framed by 400 samples every 160 (Hann, mirrored at
 * both ends, the last frame dropped), its power summed by 80 Slaney-normalised mel filters; then log10, no more than 8 below
 * the greatest value, plus 4, divided by 4. Source: the feature extraction published with Whisper.
 *
 * @param samples - 16-bit, or floats from −1 to 1.
 * @returns 80 × 800 values, band by band.
 *
 * @example
 * ```ts
 * const features = whisperLogMel(new Int16Array(16_000));
 * console.log(features.length); // 64000
 * ```
 */
export function whisperLogMel(samples: Int16Array | Float32Array): Float32Array {
  const filters = melFilters();
  const signal = normalised(samples);
  const spectrum = new PowerSpectrum();
  const pair = [new Float64Array(POWER_BINS), new Float64Array(POWER_BINS)] as const;
  const features = new Float32Array(MEL_BANDS * MEL_COLUMNS);
  let peak = Number.NEGATIVE_INFINITY;
  // The frames that lie in the silence before the audio are all alike: one pair of them will do.
  const alike = 2 * Math.floor(Math.max(0, MEL_WINDOW - samples.length - MARGIN) / (2 * HOP));
  for (let column = Math.max(0, alike - 2); column < MEL_COLUMNS; column += 2) {
    spectrum.measure(signal, column * HOP, (column + 1) * HOP, ...pair);
    for (let side = 0; side < 2; side++) {
      const powers = pair[side as 0 | 1];
      filters.forEach(({ from, weights }, band) => {
        let power = 0;
        for (let i = 0; i < weights.length; i++) power += (weights[i] as number) * (powers[from + i] as number);
        const level = Math.log10(Math.max(LEAST_POWER, power));
        peak = Math.max(peak, level);
        features[band * MEL_COLUMNS + column + side] = level;
      });
    }
  }
  for (let row = 0; row < features.length; row += MEL_COLUMNS)
    if (alike > 2) features.fill(features[row + alike - 2] as number, row, row + alike - 2);
  for (let i = 0; i < features.length; i++) features[i] = (Math.max(features[i] as number, peak - 8) + 4) / 4;
  return features;
}

/** The window with its mirrored ends, mean 0 and variance 1. */
function normalised(samples: Int16Array | Float32Array): Float64Array {
  const signal = new Float64Array(MEL_WINDOW + 2 * MARGIN);
  const heard = samples.subarray(Math.max(0, samples.length - MEL_WINDOW));
  const scale = samples instanceof Int16Array ? 1 / 32_768 : 1;
  const begin = MARGIN + MEL_WINDOW - heard.length;
  let sum = 0;
  for (let i = 0; i < heard.length; i++) {
    const value = scale * (heard[i] as number);
    signal[begin + i] = value;
    sum += value;
  }
  const mean = sum / MEL_WINDOW;
  let squares = 0;
  for (let i = MARGIN; i < MARGIN + MEL_WINDOW; i++) squares += ((signal[i] as number) - mean) ** 2;
  const gain = 1 / Math.sqrt(squares / MEL_WINDOW + LEAST_VARIANCE);
  for (let i = MARGIN; i < MARGIN + MEL_WINDOW; i++) signal[i] = gain * ((signal[i] as number) - mean);
  const last = MARGIN + MEL_WINDOW - 1;
  for (let i = 1; i <= MARGIN; i++) {
    signal[MARGIN - i] = signal[MARGIN + i] as number;
    signal[last + i] = signal[last - i] as number;
  }
  return signal;
}
