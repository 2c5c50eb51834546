const SIZE = 256;
const BITS = 8;
/** Magnitudes per frame: 0 … 128 of a 256-point transform. */
export const SPECTRUM_BINS = SIZE / 2 + 1;

/**
 * Magnitudes of the Hann-windowed 256-point Fourier transform of two overlapping stretches at a time.
 *
 * This is what Silero's convolution with a fixed basis computes (the basis is the windowed transform to within 1e-7), at a
 * fortieth of the multiplications. Two real signals share one complex transform.
 */
export class HannSpectrum {
  readonly #window = new Float64Array(SIZE);
  readonly #cos = new Float64Array(SIZE / 2);
  readonly #sin = new Float64Array(SIZE / 2);
  readonly #reversed = new Uint8Array(SIZE);
  readonly #re = new Float64Array(SIZE);
  readonly #im = new Float64Array(SIZE);

  constructor() {
    for (let i = 0; i < SIZE; i++) {
      this.#window[i] = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / SIZE);
      let reversed = 0;
      for (let bit = 0; bit < BITS; bit++) if (i & (1 << bit)) reversed |= 1 << (BITS - 1 - bit);
      this.#reversed[i] = reversed;
    }
    for (let i = 0; i < SIZE / 2; i++) {
      this.#cos[i] = Math.cos((2 * Math.PI * i) / SIZE);
      this.#sin[i] = Math.sin((2 * Math.PI * i) / SIZE);
    }
  }

  /**
   * Writes the magnitudes of `signal[first …]` to `out[column + stride · bin]` and those of `signal[second …]` to the next
   * column.
   */
  magnitudes(signal: Float32Array, first: number, second: number, out: Float32Array, column: number, stride: number): void {
    this.#load(signal, first, second);
    const re = this.#re;
    const im = this.#im;
    for (let k = 0; k < SPECTRUM_BINS; k++) {
      const mirror = (SIZE - k) & (SIZE - 1);
      const a = re[k] as number;
      const b = im[k] as number;
      const c = re[mirror] as number;
      const d = im[mirror] as number;
      const firstRe = a + c;
      const firstIm = b - d;
      const secondRe = b + d;
      const secondIm = c - a;
      out[column + stride * k] = 0.5 * Math.sqrt(firstRe * firstRe + firstIm * firstIm);
      out[column + 1 + stride * k] = 0.5 * Math.sqrt(secondRe * secondRe + secondIm * secondIm);
    }
  }

  /** Sum of the squared magnitudes of both stretches in the bins `from` up to, not including, `to`; no root is taken for it. */
  power(signal: Float32Array, first: number, second: number, from: number, to: number): number {
    this.#load(signal, first, second);
    const re = this.#re;
    const im = this.#im;
    let sum = 0;
    for (let k = from; k < to; k++) {
      const mirror = SIZE - k;
      sum += (re[k] as number) ** 2 + (im[k] as number) ** 2 + (re[mirror] as number) ** 2 + (im[mirror] as number) ** 2;
    }
    return sum / 2;
  }

  /** Windows two real stretches and transforms them as one complex one. */
  #load(signal: Float32Array, first: number, second: number): void {
    const re = this.#re;
    const im = this.#im;
    const window = this.#window;
    const reversed = this.#reversed;
    for (let i = 0; i < SIZE; i++) {
      const to = reversed[i] as number;
      const w = window[i] as number;
      re[to] = w * (signal[first + i] as number);
      im[to] = w * (signal[second + i] as number);
    }
    this.#transform();
  }

  #transform(): void {
    const re = this.#re;
    const im = this.#im;
    const cos = this.#cos;
    const sin = this.#sin;
    for (let half = 1, step = SIZE / 2; half < SIZE; half *= 2, step /= 2) {
      for (let j = 0, t = 0; j < half; j++, t += step) {
        const wr = cos[t] as number;
        const wi = sin[t] as number;
        for (let i = j; i < SIZE; i += 2 * half) {
          const k = i + half;
          const xr = re[k] as number;
          const xi = im[k] as number;
          const vr = wr * xr + wi * xi;
          const vi = wr * xi - wi * xr;
          const ur = re[i] as number;
          const ui = im[i] as number;
          re[i] = ur + vr;
          im[i] = ui + vi;
          re[k] = ur - vr;
          im[k] = ui - vi;
        }
      }
    }
  }
}
