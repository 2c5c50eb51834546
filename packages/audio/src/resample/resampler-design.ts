/**
 * The filter of one ratio of rates: a windowed sinc, cut into `phases` rows of `taps` coefficients. It never changes, so
 * any number of resamplers share it.
 */
export interface ResamplerDesign {
  /** Output samples for every `down` input samples, in lowest terms. */
  readonly up: number;
  readonly down: number;
  /** Input samples that go into one output sample; even, and a multiple of four. */
  readonly taps: number;
  /** Positions between two input samples for which there is a row. Equals `up` unless `interpolated`. */
  readonly phases: number;
  /** True when the ratio has too many phases for a table, so that neighbouring rows are blended. */
  readonly interpolated: boolean;
  /** `phases + 1` rows when interpolated, otherwise `phases`. */
  readonly table: Float32Array;
}

// Chosen together: stop band at −100 dB, reached at the Nyquist frequency of the lower rate, so that nothing folds
// back; flat up to 0.85 of it, which keeps the telephone band (3.4 kHz) at 8 kHz. Costs 40 samples of the lower rate as delay.
const stopBandDb = 100;
const halfWidth = 40;
// Blending linearly between rows errs by (π / phases)² / 8: −106 dB at 512. Also bounds the table: 512 rows of 80 taps
// are 160 KiB, and the common ratios (441/80, 160/147 …) keep exact rows.
const maxPhases = 512;

/** Computes the filter from `fromRate` to `toRate`, both whole samples a second. */
export function designResampler(fromRate: number, toRate: number): ResamplerDesign {
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const up = toRate / divisor;
  const down = fromRate / divisor;
  const scale = Math.min(1, up / down);
  const half = 2 * Math.ceil(halfWidth / scale / 2);
  const taps = 2 * half;
  const interpolated = up > maxPhases;
  const phases = interpolated ? maxPhases : up;
  const rows = interpolated ? phases + 1 : phases;
  const table = new Float32Array(rows * taps);
  const beta = 0.1102 * (stopBandDb - 8.7);
  // Kaiser: width of the transition in cycles a sample, for this many taps. The cutoff lies half of it below Nyquist.
  const transition = (stopBandDb - 7.95) / (14.36 * taps);
  const cutoff = scale - transition;
  const row = new Float64Array(taps);
  for (let phase = 0; phase < rows; phase++) {
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const t = k - (half - 1) - phase / phases;
      row[k] = sinc(cutoff * t) * kaiser(t / half, beta);
      sum += row[k] ?? 0;
    }
    // Every row passes a constant unchanged, otherwise silence with an offset would hum at the rate of the phases.
    for (let k = 0; k < taps; k++) table[phase * taps + k] = (row[k] ?? 0) / sum;
  }
  return { up, down, taps, phases, interpolated, table };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number, beta: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel0(beta * Math.sqrt(1 - x * x)) / bessel0(beta);
}

/** Modified Bessel function of the first kind, order 0, by its series; exact to double precision for the betas used here. */
function bessel0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
