/** One second-order filter section: `b` feeds forward, `a` feeds back (the leading `a0` is 1). */
interface Biquad {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

/**
 * The two K-weighting filters of ITU-R BS.1770-5, Annex 1, for any rate. The recommendation gives coefficients for 48 kHz
 * only; these are the analogue prototypes behind them (shelf at 1682 Hz, high-pass at 38 Hz) after a bilinear transform, which at
 * 48 kHz gives the printed coefficients to 1e-6.
 */
export function kWeighting(sampleRate: number): readonly [shelf: Biquad, highPass: Biquad] {
  return [shelf(sampleRate), highPass(sampleRate)];
}

function shelf(sampleRate: number): Biquad {
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const norm = 1 + k / q + k * k;
  return {
    b: [(high + (band * k) / q + k * k) / norm, (2 * (k * k - high)) / norm, (high - (band * k) / q + k * k) / norm],
    a: [(2 * (k * k - 1)) / norm, (1 - k / q + k * k) / norm],
  };
}

function highPass(sampleRate: number): Biquad {
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const q = 0.5003270373238773;
  const norm = 1 + k / q + k * k;
  return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / norm, (1 - k / q + k * k) / norm] };
}

/** Runs one channel through K-weighting and sums the squares of what comes out. Remembers its state from call to call. */
export class KWeightedPower {
  readonly #filters: readonly [Biquad, Biquad];
  // Transposed direct form II: two memories for each of the two sections.
  readonly #state = new Float64Array(4);

  constructor(sampleRate: number) {
    this.#filters = kWeighting(sampleRate);
  }

  /** Sum of squares of the weighted samples `from … to − 1` of this channel; 1 is full scale. */
  push(samples: Int16Array, from: number, to: number, channel: number, channels: number): number {
    const [first, second] = this.#filters;
    let [m0 = 0, m1 = 0, n0 = 0, n1 = 0] = this.#state;
    let sum = 0;
    for (let i = from; i < to; i++) {
      const x = (samples[i * channels + channel] ?? 0) / 32768;
      const y = first.b[0] * x + m0;
      m0 = first.b[1] * x - first.a[0] * y + m1;
      m1 = first.b[2] * x - first.a[1] * y;
      const z = second.b[0] * y + n0;
      n0 = second.b[1] * y - second.a[0] * z + n1;
      n1 = second.b[2] * y - second.a[1] * z;
      sum += z * z;
    }
    this.#state.set([m0, m1, n0, n1]);
    return sum;
  }
}
