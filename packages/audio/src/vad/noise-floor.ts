/** How fast the floor follows frames that hold no speech: half way in 0.35 s. */
const FOLLOW = 0.06;
/** How fast it sinks into the dips of speech. */
const SINK = 0.06;
/** Share of a new level in the short smoothing that keeps one quiet frame from pulling the floor down. */
const SMOOTH = 0.5;
/** The floor is never far below the quietest moment of the last 4 to 5 blocks of 16 frames, 2 to 2.5 s. */
const BLOCK_FRAMES = 16;
const BLOCKS = 5;

/**
 * The level of the background in several bands, in decibels, known from the first frame on.
 *
 * Frames without speech move it both ways. Speech lets it sink only, except that it stays with the minimum of the last two
 * seconds: no voice is that long without a dip, so what never dips is background (Martin 2001, minimum statistics).
 */
export class NoiseFloor {
  readonly levels: Float64Array;
  readonly #smoothed: Float64Array;
  /** The minimum of each of the last blocks, for each band. */
  readonly #minima: Float64Array;
  #frames = 0;

  constructor(bands: number) {
    this.levels = new Float64Array(bands);
    this.#smoothed = new Float64Array(bands);
    this.#minima = new Float64Array(bands * BLOCKS);
  }

  /** Forgets everything and takes the levels of the first frame for the background. */
  begin(levels: Float64Array): void {
    this.#frames = 0;
    this.levels.set(levels);
    this.#smoothed.set(levels);
    // Until there are two seconds to look back on, nothing may lift the floor.
    this.#minima.fill(Number.NEGATIVE_INFINITY);
  }

  /**
   * Takes the levels of the next frame, how likely it holds speech (0 … 1), and how far the dips of the background lie below
   * its mean.
   */
  update(levels: Float64Array, speech: number, dipDb: number): void {
    const follow = Math.max(FOLLOW, 1 / (this.#frames + 1)) * (1 - speech);
    const sink = SINK * speech;
    const block = Math.floor(this.#frames / BLOCK_FRAMES) % BLOCKS;
    const opens = this.#frames % BLOCK_FRAMES === 0;
    for (let band = 0; band < levels.length; band++) {
      const level = levels[band] as number;
      const before = this.#smoothed[band] as number;
      const smoothed = before + SMOOTH * (level - before);
      this.#smoothed[band] = smoothed;
      const slot = band * BLOCKS + block;
      this.#minima[slot] = opens ? smoothed : Math.min(this.#minima[slot] as number, smoothed);
      let floor = this.levels[band] as number;
      floor += follow * (level - floor);
      if (smoothed + dipDb < floor) floor += sink * (smoothed + dipDb - floor);
      this.levels[band] = Math.max(floor, this.#quietest(band) + dipDb);
    }
    this.#frames += 1;
  }

  #quietest(band: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let at = band * BLOCKS; at < (band + 1) * BLOCKS; at++) least = Math.min(least, this.#minima[at] as number);
    return least;
  }
}
