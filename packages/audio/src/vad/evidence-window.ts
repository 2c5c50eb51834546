import type { Evidence } from './speech-timeline.js';

/** The evidence of the last frames, oldest first. */
export class EvidenceWindow implements Evidence {
  readonly values: Float32Array;
  readonly loud: Float32Array;
  #count = 0;

  constructor(frames: number) {
    this.values = new Float32Array(frames);
    this.loud = new Float32Array(frames);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a frame; when the window is full the oldest leaves it. */
  push(value: number, loud: number): void {
    if (this.#count === this.values.length) {
      this.values.copyWithin(0, 1);
      this.loud.copyWithin(0, 1);
    } else this.#count += 1;
    this.values[this.#count - 1] = value;
    this.loud[this.#count - 1] = loud;
  }

  reset(): void {
    this.#count = 0;
  }
}

/** How many frames have to be kept so that a pause of `stopMs` and the word before it can be seen. */
export function windowFrames(frameMs: number, stopMs: number): number {
  return Math.ceil(Math.max(1500, stopMs + 500) / frameMs);
}
