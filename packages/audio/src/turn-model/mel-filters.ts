import { POWER_BINS } from './power-spectrum.js';

const RATE = 16_000;
/** How many filters there are. */
export const MEL_BANDS = 80;

/** A triangle over the bins from `from` on. */
export interface MelFilter {
  readonly from: number;
  readonly weights: Float64Array;
}

/** Slaney's mel scale, as in his Auditory Toolbox: linear up to 1 kHz, 15 mels; then 27 steps for a factor of 6.4. */
const hertz = (mel: number): number => (mel < 15 ? (mel * 200) / 3 : 1000 * 6.4 ** ((mel - 15) / 27));
const mels = (frequency: number): number =>
  frequency < 1000 ? (frequency * 3) / 200 : 15 + (27 * Math.log(frequency / 1000)) / Math.log(6.4);

/** The triangular filters of Whisper, 0 to 8 kHz, each of the same area. */
export function melFilters(): readonly MelFilter[] {
  const edges = Array.from({ length: MEL_BANDS + 2 }, (_, i) => hertz((mels(RATE / 2) * i) / (MEL_BANDS + 1)));
  return Array.from({ length: MEL_BANDS }, (_, band) => {
    const [low = 0, centre = 0, high = 0] = edges.slice(band, band + 3);
    const from = Math.ceil((low * 2 * (POWER_BINS - 1)) / RATE);
    const to = Math.min(POWER_BINS - 1, Math.floor((high * 2 * (POWER_BINS - 1)) / RATE));
    const weights = Float64Array.from({ length: to - from + 1 }, (_, i) => {
      const frequency = ((from + i) * RATE) / (2 * (POWER_BINS - 1));
      const height = Math.min((frequency - low) / (centre - low), (high - frequency) / (high - centre));
      return (2 / (high - low)) * Math.max(0, height);
    });
    return { from, weights };
  });
}
