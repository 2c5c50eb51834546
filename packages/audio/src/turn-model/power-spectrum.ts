/** Points of the transform, and its factors: 400 is no power of two. */
const SIZE = 400;
const FACTORS = [4, 4, 5, 5] as const;

/** Powers per frame: 0 … 200 of a 400-point transform, 40 Hz apart at 16 kHz. */
export const POWER_BINS = SIZE / 2 + 1;

/**
 * Power of the Fourier transform of Hann-windowed frames of 400 samples, two real frames by one complex transform. Mixed
 * radix that sorts as it goes (Stockham), so there is nothing to reorder.
 */
export class PowerSpectrum {
  readonly #window = new Float64Array(SIZE);
  readonly #cos = new Float64Array(SIZE);
  readonly #sin = new Float64Array(SIZE);
  #re = new Float64Array(SIZE);
  #im = new Float64Array(SIZE);
  #nextRe = new Float64Array(SIZE);
  #nextIm = new Float64Array(SIZE);

  constructor() {
    for (let i = 0; i < SIZE; i++) {
      const angle = (2 * Math.PI * i) / SIZE;
      this.#window[i] = 0.5 - 0.5 * Math.cos(angle);
      this.#cos[i] = Math.cos(angle);
      this.#sin[i] = -Math.sin(angle);
    }
  }

  /** Writes the powers of `signal[first …]` to `a` and those of `signal[second …]` to `b`. */
  measure(signal: Float64Array, first: number, second: number, a: Float64Array, b: Float64Array): void {
    for (let i = 0; i < SIZE; i++) {
      const w = this.#window[i] as number;
      this.#re[i] = w * (signal[first + i] as number);
      this.#im[i] = w * (signal[second + i] as number);
    }
    let done = 1;
    for (const radix of FACTORS) {
      this.#pass(radix, done);
      done *= radix;
    }
    const re = this.#re;
    const im = this.#im;
    for (let k = 0; k < POWER_BINS; k++) {
      const mirror = (SIZE - k) % SIZE;
      const sumRe = (re[k] as number) + (re[mirror] as number);
      const differenceRe = (re[k] as number) - (re[mirror] as number);
      const sumIm = (im[k] as number) + (im[mirror] as number);
      const differenceIm = (im[k] as number) - (im[mirror] as number);
      a[k] = (sumRe * sumRe + differenceIm * differenceIm) / 4;
      b[k] = (sumIm * sumIm + differenceRe * differenceRe) / 4;
    }
  }

  /** One digit of the index: `done` is the product of the radices before this one. */
  #pass(radix: number, done: number): void {
    const rest = SIZE / (done * radix);
    const re = this.#re;
    const im = this.#im;
    const cos = this.#cos;
    const sin = this.#sin;
    for (let k = 0; k < done; k++) {
      for (let i = 0; i < rest; i++) {
        for (let j = 0; j < radix; j++) {
          let sumRe = 0;
          let sumIm = 0;
          for (let q = 0; q < radix; q++) {
            const at = i + rest * (q + radix * k);
            const t = (((j * q) % radix) * SIZE) / radix;
            const x = re[at] as number;
            const y = im[at] as number;
            sumRe += x * (cos[t] as number) - y * (sin[t] as number);
            sumIm += x * (sin[t] as number) + y * (cos[t] as number);
          }
          const t = i * j * done;
          const to = i + rest * (k + done * j);
          this.#nextRe[to] = sumRe * (cos[t] as number) - sumIm * (sin[t] as number);
          this.#nextIm[to] = sumRe * (sin[t] as number) + sumIm * (cos[t] as number);
        }
      }
    }
    [this.#re, this.#nextRe] = [this.#nextRe, re];
    [this.#im, this.#nextIm] = [this.#nextIm, im];
  }
}
