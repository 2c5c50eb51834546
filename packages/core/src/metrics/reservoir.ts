/** Half of the values are not above `p50`, nine of ten not above `p90`. All in the unit of the values. */
export interface Distribution {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly max: number;
  readonly mean: number;
}

/**
 * Keeps a bounded sample of a stream of values. Up to its size the distribution is exact. Beyond it each value had the same
 * chance to stay (Vitter's algorithm R); count, mean and max are exact always. The same values give the same sample.
 */
export class Reservoir {
  readonly #size: number;
  readonly #sample: number[] = [];
  #count = 0;
  #sum = 0;
  #max = Number.NEGATIVE_INFINITY;
  #random = 0x9e3779b9;

  /** @param size how many values are kept */
  constructor(size = 1024) {
    if (!(Number.isInteger(size) && size > 0)) throw new RangeError(`The size is ${size}; it is a whole number, 1 or more.`);
    this.#size = size;
  }

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    this.#max = Math.max(this.#max, value);
    if (this.#sample.length < this.#size) {
      this.#sample.push(value);
      return;
    }
    const place = this.#below(this.#count);
    if (place < this.#size) this.#sample[place] = value;
  }

  /** Undefined while there is no value. Percentiles are of the nearest rank: values that have occurred. */
  get distribution(): Distribution | undefined {
    if (this.#count === 0) return undefined;
    const sorted = this.#sample.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? this.#max;
    return { count: this.#count, p50: at(0.5), p90: at(0.9), max: this.#max, mean: this.#sum / this.#count };
  }

  /** A number from 0 up to, but not, `limit` (xorshift, 32 bit). */
  #below(limit: number): number {
    let x = this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x;
    return Math.floor(((x >>> 0) / 2 ** 32) * limit);
  }
}
