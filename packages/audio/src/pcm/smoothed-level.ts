import { powerToDb } from './level.js';

/** How a `SmoothedLevel` listens. */
export interface SmoothedLevelOptions {
  readonly sampleRate: number;
  /**
   * Time constant: after this long at a new power, 63 % of the way is gone.
   * @defaultValue 50
   */
  readonly smoothMs?: number;
  /**
   * The lowest level that is reported, in dBFS; digital silence would be −Infinity.
   * @defaultValue −100
   */
  readonly floorDb?: number;
}

const defaults = { smoothMs: 50, floorDb: -100 } as const satisfies Partial<SmoothedLevelOptions>;

/**
 * Follows the level of a mono stream with exponential smoothing of its power, sample by sample, so that the result does
 * not depend on how the stream is cut into chunks.
 *
 * @example
 * ```ts
 * const level = new SmoothedLevel({ sampleRate: 16000 });
 * level.push(new Int16Array(320)); // -100
 * ```
 */
export class SmoothedLevel {
  readonly #weight: number;
  readonly #floorDb: number;
  #power = 0;

  constructor(options: SmoothedLevelOptions) {
    const { sampleRate, smoothMs, floorDb } = { ...defaults, ...options };
    if (!(sampleRate > 0)) throw new RangeError(`SmoothedLevel: sampleRate must be above 0, not ${sampleRate}.`);
    if (!(smoothMs > 0)) throw new RangeError(`SmoothedLevel: smoothMs must be above 0, not ${smoothMs}.`);
    this.#weight = -Math.expm1(-1000 / (smoothMs * sampleRate));
    this.#floorDb = floorDb;
  }

  /** Takes the next samples and returns the level after the last of them, in dBFS. */
  push(samples: Int16Array): number {
    const weight = this.#weight;
    let power = this.#power;
    for (let i = 0; i < samples.length; i++) power += weight * (((samples[i] ?? 0) / 32768) ** 2 - power);
    this.#power = power;
    return this.level;
  }

  /** The present level in dBFS. */
  get level(): number {
    return Math.max(this.#floorDb, powerToDb(this.#power));
  }

  /** Forgets what was heard. */
  reset(): void {
    this.#power = 0;
  }
}
