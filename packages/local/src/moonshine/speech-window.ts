import { MOONSHINE_RATE } from './moonshine-recogniser.js';

/** Levels are measured over 20 ms. */
const BLOCK = MOONSHINE_RATE / 50;
/** Stillness is judged over 100 ms. */
const SPAN = 5;
/** Below this share of the loudest block (−30 dB) a block is quiet; weak consonants lie above it, or within the margin. */
const QUIET_SHARE = 0.03;
/** A block is quiet as well when it is below twice the quietest 100 ms, as long as that is 20 dB below the loudest block. */
const FLOOR_FACTOR = 2;
const FLOOR_SHARE = 0.1;
/** Below this level (−60 dBFS) a block is quiet in any case. */
const QUIET_LEVEL = 0.001;

/** The samples of an utterance that are still to be recognised, and where they are loud. Positions are samples from its begin. */
export class SpeechWindow {
  #samples = new Float32Array(MOONSHINE_RATE * 4);
  #length = 0;
  #levels: number[] = [];
  #loudest = 0;
  #floor = Number.POSITIVE_INFINITY;

  /** Samples in the window. */
  get length(): number {
    return this.#length;
  }

  push(chunk: Int16Array): void {
    if (this.#length + chunk.length > this.#samples.length) {
      const larger = new Float32Array(Math.max(this.#samples.length * 2, this.#length + chunk.length));
      larger.set(this.#samples.subarray(0, this.#length));
      this.#samples = larger;
    }
    for (const sample of chunk) this.#samples[this.#length++] = sample / 32768;
    this.#measure();
  }

  /** Where the last loud block ends; 0 when there is none. */
  get speechEnd(): number {
    const quiet = this.#quietLevel;
    return (this.#levels.findLastIndex((level) => level > quiet) + 1) * BLOCK;
  }

  /** Where the first loud block begins. */
  get speechBegin(): number {
    const quiet = this.#quietLevel;
    return (
      Math.max(
        0,
        this.#levels.findIndex((level) => level > quiet),
      ) * BLOCK
    );
  }

  /** The middle of the quietest 100 ms between two positions: the best place to cut. */
  quietest(from: number, to: number): number {
    let best = Math.floor(to / BLOCK) - SPAN;
    let least = Number.POSITIVE_INFINITY;
    for (let block = Math.floor(from / BLOCK); block + SPAN <= to / BLOCK && block + SPAN <= this.#levels.length; block++) {
      const level = mean(this.#levels.slice(block, block + SPAN));
      // The later of two equally quiet places: long stretches are recognised better.
      if (level <= least) {
        least = level;
        best = block;
      }
    }
    return Math.round((best + SPAN / 2) * BLOCK);
  }

  /** A copy of the samples between two positions. */
  slice(from: number, to: number): Float32Array {
    return this.#samples.slice(from, Math.min(to, this.#length));
  }

  /** Forgets everything before a position, which becomes the new begin. */
  drop(to: number): void {
    this.#samples.copyWithin(0, to, this.#length);
    this.#length = Math.max(0, this.#length - to);
    this.#levels = [];
    this.#measure();
  }

  get #quietLevel(): number {
    const noise = Math.min(this.#floor * FLOOR_FACTOR, this.#loudest * FLOOR_SHARE);
    return Math.max(QUIET_LEVEL, this.#loudest * QUIET_SHARE, noise);
  }

  #measure(): void {
    for (let from = this.#levels.length * BLOCK; from + BLOCK <= this.#length; from += BLOCK) {
      let power = 0;
      for (let index = from; index < from + BLOCK; index++) power += (this.#samples[index] ?? 0) ** 2;
      const level = Math.sqrt(power / BLOCK);
      this.#levels.push(level);
      this.#loudest = Math.max(this.#loudest, level);
      if (this.#levels.length >= SPAN) this.#floor = Math.min(this.#floor, mean(this.#levels.slice(-SPAN)));
    }
  }
}

function mean(levels: readonly number[]): number {
  return levels.reduce((sum, level) => sum + level, 0) / levels.length;
}
