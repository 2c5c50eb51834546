import { BAND_COUNT, BandLevels } from './band-levels.js';
import type { ForegroundWeights } from './foreground-weights.js';
import { NoiseFloor } from './noise-floor.js';

const LEAST_EXCESS_DB = -10;
const MOST_EXCESS_DB = 25;
/** Shares of a new frame in the two exponential smoothings: one settles within two frames, the other within a quarter second. */
const QUICK = 0.4;
const SLOW = 0.12;
/** What is known of a frame: the level in each band and in the voice band, and the log odds that Silero gives it. */
const SIGNALS = BAND_COUNT + 2;
const ODDS = SIGNALS - 1;
/** A background is at least this uneven until it has been heard, in dB; babble of six voices has 3. */
const SPREAD_DB = 2.5;
const SPREAD_FOLLOW = 0.03;
/** Half of a frame with this score goes into the background: rather a second too late than a voice taken for noise. */
const EVEN_SCORE = -1;

/**
 * How many features there are beside those inside a network: every signal as it is, quickly and slowly smoothed, and the last
 * two again in units of the background's own unrest, with that unrest.
 */
export const LEVEL_FEATURES = 3 * SIGNALS + 3;

/**
 * Holds the last frames of a stream against its background and scores how likely a voice stands in the foreground of each.
 *
 * Silero alone cannot: in a room full of voices it is sure of speech all the time. What sets the nearest speaker apart is how far
 * each band rises above its own floor, smoothed, besides what the network finds. All frames of the window are scored anew
 * with what is known about the background by now, because at the first word little is.
 */
export class Foreground {
  /** Features of the last frame, as the weights see them. */
  readonly features = new Float64Array(LEVEL_FEATURES);
  /** Log odds of a voice in the foreground for the frames of the window, oldest first; only the first `count` are valid. */
  readonly scores: Float32Array;
  readonly levels = new BandLevels();
  readonly #weights: ForegroundWeights;
  readonly #frames: number;
  readonly #signals: Float32Array;
  readonly #inside: Float32Array;
  readonly #floor = new NoiseFloor(BAND_COUNT + 1);
  readonly #now = new Float64Array(BAND_COUNT + 1);
  /** The smoothed signals where the window begins. */
  readonly #before = new Float64Array(2 * SIGNALS);
  readonly #smooth = new Float64Array(2 * SIGNALS);
  #spread = SPREAD_DB;
  #count = 0;

  constructor(weights: ForegroundWeights, frames: number) {
    this.#weights = weights;
    this.#frames = frames;
    this.scores = new Float32Array(frames);
    this.#signals = new Float32Array(frames * SIGNALS);
    this.#inside = new Float32Array(frames);
  }

  /** How many frames of the window have been heard. */
  get count(): number {
    return this.#count;
  }

  /** Level of the background in the voice band, in dBFS. */
  get floorDb(): number {
    return this.#floor.levels[BAND_COUNT] as number;
  }

  /** Hears the next frame of 512 samples at 16 kHz, with what a network says about it. */
  hear(frame: Float32Array, probability: number, inside: Float32Array | undefined): void {
    this.levels.measure(frame);
    this.#now.set(this.levels.bands);
    this.#now[BAND_COUNT] = this.levels.voice;
    if (this.#count === 0) this.#floor.begin(this.#now);
    if (this.#count === this.#frames) this.#shift();
    else this.#count += 1;
    const at = (this.#count - 1) * SIGNALS;
    this.#signals.set(this.#now, at);
    this.#signals[at + ODDS] = Math.log((probability + 1e-4) / (1.0001 - probability));
    this.#inside[this.#count - 1] = this.#dotInside(inside);
    this.#score();
    const speech = 1 / (1 + Math.exp(EVEN_SCORE - (this.scores[this.#count - 1] as number)));
    this.#spread += (1 - speech) * SPREAD_FOLLOW * (Math.abs(this.#mean(SIGNALS)) - this.#spread);
    this.#floor.update(this.#now, speech, this.#spread);
  }

  #dotInside(inside: Float32Array | undefined): number {
    const { inside: weights } = this.#weights;
    if (inside === undefined) return 0;
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (inside[i] as number);
    return sum;
  }

  /** Makes room for a frame: the oldest one leaves, and only its share in the smoothing stays. */
  #shift(): void {
    this.#advance(0, this.#before);
    this.#signals.copyWithin(0, SIGNALS);
    this.#inside.copyWithin(0, 1);
  }

  #advance(index: number, smooth: Float64Array): void {
    const floor = this.#floor.levels;
    const features = this.features;
    for (let i = 0; i < SIGNALS; i++) {
      let value = this.#signals[index * SIGNALS + i] as number;
      if (i < ODDS) value = Math.min(MOST_EXCESS_DB, Math.max(LEAST_EXCESS_DB, value - (floor[i] as number)));
      const quick = smooth[i] as number;
      const slow = smooth[SIGNALS + i] as number;
      smooth[i] = quick + QUICK * (value - quick);
      smooth[SIGNALS + i] = slow + SLOW * (value - slow);
      features[i] = value;
    }
  }

  #score(): void {
    const smooth = this.#smooth;
    const features = this.features;
    const { bias, levels } = this.#weights;
    smooth.set(this.#before);
    for (let frame = 0; frame < this.#count; frame++) {
      this.#advance(frame, smooth);
      features.set(smooth, SIGNALS);
      features[3 * SIGNALS] = this.#mean(SIGNALS) / (this.#spread + 1);
      features[3 * SIGNALS + 1] = this.#mean(2 * SIGNALS) / (this.#spread + 1);
      features[3 * SIGNALS + 2] = this.#spread;
      let score = bias + (this.#inside[frame] as number);
      for (let i = 0; i < LEVEL_FEATURES; i++) score += (levels[i] as number) * (features[i] as number);
      this.scores[frame] = score;
    }
  }

  #mean(from: number): number {
    let sum = 0;
    for (let band = from; band < from + BAND_COUNT; band++) sum += this.features[band] as number;
    return sum / BAND_COUNT;
  }

  reset(): void {
    this.levels.reset();
    this.#before.fill(0);
    this.#spread = SPREAD_DB;
    this.#count = 0;
  }
}
