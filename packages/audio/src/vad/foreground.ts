import { BAND_COUNT, BandLevels } from './band-levels.js';
import { ForegroundNetwork, type ForegroundWeights } from './foreground-network.js';
import { NoiseFloor } from './noise-floor.js';

const LEAST_EXCESS_DB = -10;
const MOST_EXCESS_DB = 25;
/** Shares of a new frame in the two exponential smoothings: one settles within two frames, the other within a quarter second. */
const QUICK = 0.4;
const SLOW = 0.12;
/** What is known of a frame: how far each band and the voice band rise above the background, and the log odds that Silero gives. */
const SIGNALS = BAND_COUNT + 2;
const ODDS = SIGNALS - 1;
/** A background is at least this uneven until it has been heard, in dB; babble of six voices has 3. */
const SPREAD_DB = 2.5;
const SPREAD_FOLLOW = 0.03;
/** Half of a frame with this score goes into the background: rather a second too late than a voice taken for noise. */
const EVEN_SCORE = -1;

/**
 * How many features there are beside those inside Silero: every signal as it is, quickly and slowly smoothed, and the smoothed levels
 * again in units of the background's own unrest, with that unrest.
 */
const LEVEL_FEATURES = 3 * SIGNALS + 3;
/** How many features there are together. */
const FOREGROUND_FEATURES = LEVEL_FEATURES + 256;

/**
 * Holds a stream against its background and scores how likely a voice stands in the foreground.
 *
 * Silero alone cannot: in a room full of voices it is sure of speech all the time. What sets the nearest speaker apart is how far each
 * band rises above its own floor, smoothed, besides what Silero finds on its way; a small recurrent network weighs these.
 */
export class Foreground {
  /** Of the last frame, as the network sees them. */
  readonly features = new Float32Array(FOREGROUND_FEATURES);
  readonly levels = new BandLevels();
  readonly #network: ForegroundNetwork | undefined;
  readonly #floor = new NoiseFloor(BAND_COUNT + 1);
  readonly #now = new Float64Array(BAND_COUNT + 1);
  #spread = SPREAD_DB;
  #heard = false;

  /** @param weights - Without them only the features are computed, as for training. */
  constructor(weights: ForegroundWeights | undefined) {
    this.#network = weights === undefined ? undefined : new ForegroundNetwork(weights);
  }

  /**
   * Hears the next frame of 512 samples at 16 kHz, with what Silero says about it.
   *
   * @returns The log odds of a voice in the foreground.
   */
  hear(frame: Float32Array, probability: number, inside: Float32Array): number {
    this.measure(frame, probability, inside);
    const score = this.#network?.score(this.features) ?? 0;
    this.settle(score);
    return score;
  }

  /** The first half of `hear`: fills in the features. */
  measure(frame: Float32Array, probability: number, inside: Float32Array): void {
    const { levels, features } = this;
    levels.measure(frame);
    this.#now.set(levels.bands);
    this.#now[BAND_COUNT] = levels.voice;
    if (!this.#heard) this.#floor.begin(this.#now);
    this.#heard = true;
    const floor = this.#floor.levels;
    for (let i = 0; i < ODDS; i++) {
      const excess = (this.#now[i] as number) - (floor[i] as number);
      features[i] = Math.min(MOST_EXCESS_DB, Math.max(LEAST_EXCESS_DB, excess));
    }
    features[ODDS] = Math.log((probability + 1e-4) / (1.0001 - probability));
    for (let i = 0; i < SIGNALS; i++) {
      const value = features[i] as number;
      const quick = features[SIGNALS + i] as number;
      const slow = features[2 * SIGNALS + i] as number;
      features[SIGNALS + i] = quick + QUICK * (value - quick);
      features[2 * SIGNALS + i] = slow + SLOW * (value - slow);
    }
    features[3 * SIGNALS] = this.#mean(SIGNALS) / (this.#spread + 1);
    features[3 * SIGNALS + 1] = this.#mean(2 * SIGNALS) / (this.#spread + 1);
    features[3 * SIGNALS + 2] = this.#spread;
    features.set(inside, LEVEL_FEATURES);
  }

  /** The second half: lets the background follow the frame as far as its score says that it holds no speech. */
  settle(score: number): void {
    const speech = 1 / (1 + Math.exp(EVEN_SCORE - score));
    this.#spread += (1 - speech) * SPREAD_FOLLOW * (Math.abs(this.#mean(SIGNALS)) - this.#spread);
    this.#floor.update(this.#now, speech, this.#spread);
  }

  #mean(from: number): number {
    let sum = 0;
    for (let band = from; band < from + BAND_COUNT; band++) sum += this.features[band] as number;
    return sum / BAND_COUNT;
  }

  reset(): void {
    this.levels.reset();
    this.#network?.reset();
    this.features.fill(0);
    this.#spread = SPREAD_DB;
    this.#heard = false;
  }
}
