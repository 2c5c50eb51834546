/** Points of the transform: 4 · 4 · 5 · 5, no power of two. */
const SIZE = 400;
/** Cosine and sine of a fifth and of two fifths of a circle. */
const C1 = Math.cos(0.4 * Math.PI);
const S1 = Math.sin(0.4 * Math.PI);
const C2 = Math.cos(0.8 * Math.PI);
const S2 = Math.sin(0.8 * Math.PI);

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
    this.#passOf4(1);
    this.#passOf4(4);
    this.#passOf5(16);
    this.#passOf5(80);
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

  /** One digit of the index, to the base of 4: `done` is the product of the bases before this one. */
  #passOf4(done: number): void {
    const rest = SIZE / (4 * done);
    const re = this.#re;
    const im = this.#im;
    for (let k = 0; k < done; k++) {
      for (let i = 0; i < rest; i++) {
        const at = i + 4 * rest * k;
        const evenRe = (re[at] as number) + (re[at + 2 * rest] as number);
        const evenIm = (im[at] as number) + (im[at + 2 * rest] as number);
        const apartRe = (re[at] as number) - (re[at + 2 * rest] as number);
        const apartIm = (im[at] as number) - (im[at + 2 * rest] as number);
        const oddRe = (re[at + rest] as number) + (re[at + 3 * rest] as number);
        const oddIm = (im[at + rest] as number) + (im[at + 3 * rest] as number);
        const turnedRe = (im[at + rest] as number) - (im[at + 3 * rest] as number);
        const turnedIm = (re[at + 3 * rest] as number) - (re[at + rest] as number);
        const to = i + rest * k;
        const t = i * done;
        this.#put(to, 0, evenRe + oddRe, evenIm + oddIm);
        this.#put(to + rest * done, t, apartRe + turnedRe, apartIm + turnedIm);
        this.#put(to + 2 * rest * done, 2 * t, evenRe - oddRe, evenIm - oddIm);
        this.#put(to + 3 * rest * done, 3 * t, apartRe - turnedRe, apartIm - turnedIm);
      }
    }
    this.#swap();
  }

  /** The same to the base of 5. */
  #passOf5(done: number): void {
    const rest = SIZE / (5 * done);
    const re = this.#re;
    const im = this.#im;
    for (let k = 0; k < done; k++) {
      for (let i = 0; i < rest; i++) {
        const at = i + 5 * rest * k;
        const firstRe = re[at] as number;
        const firstIm = im[at] as number;
        const outerRe = (re[at + rest] as number) + (re[at + 4 * rest] as number);
        const outerIm = (im[at + rest] as number) + (im[at + 4 * rest] as number);
        const innerRe = (re[at + 2 * rest] as number) + (re[at + 3 * rest] as number);
        const innerIm = (im[at + 2 * rest] as number) + (im[at + 3 * rest] as number);
        const acrossRe = (re[at + rest] as number) - (re[at + 4 * rest] as number);
        const acrossIm = (im[at + rest] as number) - (im[at + 4 * rest] as number);
        const withinRe = (re[at + 2 * rest] as number) - (re[at + 3 * rest] as number);
        const withinIm = (im[at + 2 * rest] as number) - (im[at + 3 * rest] as number);
        const nearRe = firstRe + C1 * outerRe + C2 * innerRe;
        const nearIm = firstIm + C1 * outerIm + C2 * innerIm;
        const farRe = firstRe + C2 * outerRe + C1 * innerRe;
        const farIm = firstIm + C2 * outerIm + C1 * innerIm;
        // Multiplied by −i.
        const nearTurnedRe = S1 * acrossIm + S2 * withinIm;
        const nearTurnedIm = -(S1 * acrossRe + S2 * withinRe);
        const farTurnedRe = S2 * acrossIm - S1 * withinIm;
        const farTurnedIm = S1 * withinRe - S2 * acrossRe;
        const to = i + rest * k;
        const t = i * done;
        this.#put(to, 0, firstRe + outerRe + innerRe, firstIm + outerIm + innerIm);
        this.#put(to + rest * done, t, nearRe + nearTurnedRe, nearIm + nearTurnedIm);
        this.#put(to + 2 * rest * done, 2 * t, farRe + farTurnedRe, farIm + farTurnedIm);
        this.#put(to + 3 * rest * done, 3 * t, farRe - farTurnedRe, farIm - farTurnedIm);
        this.#put(to + 4 * rest * done, 4 * t, nearRe - nearTurnedRe, nearIm - nearTurnedIm);
      }
    }
    this.#swap();
  }

  /** Turned by `t` points of the circle. */
  #put(to: number, t: number, re: number, im: number): void {
    const cos = this.#cos[t] as number;
    const sin = this.#sin[t] as number;
    this.#nextRe[to] = re * cos - im * sin;
    this.#nextIm[to] = re * sin + im * cos;
  }

  #swap(): void {
    [this.#re, this.#nextRe] = [this.#nextRe, this.#re];
    [this.#im, this.#nextIm] = [this.#nextIm, this.#im];
  }
}
