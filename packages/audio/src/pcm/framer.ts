/**
 * Cuts a stream that comes in chunks of any size into frames of one size. Holds back less than one frame, however much
 * passes through. Each frame owns its memory.
 *
 * @example
 * ```ts
 * const framer = new Framer(320);
 * framer.push(new Int16Array(700)); // two frames; 60 samples stay pending
 * ```
 */
export class Framer {
  /** Samples in each frame, over all channels. */
  readonly frameSize: number;
  readonly #rest: Int16Array;
  #pending = 0;

  constructor(frameSize: number) {
    if (!Number.isInteger(frameSize) || frameSize < 1) {
      throw new RangeError(`Framer: frameSize must be a whole number of at least 1, not ${frameSize}.`);
    }
    this.frameSize = frameSize;
    this.#rest = new Int16Array(frameSize - 1);
  }

  /** Samples that wait for the rest of their frame; always less than `frameSize`. */
  get pending(): number {
    return this.#pending;
  }

  /** Takes the next chunk and returns the frames that it completes, oldest first. */
  push(chunk: Int16Array): Int16Array[] {
    const frames: Int16Array[] = [];
    let taken = 0;
    while (this.#pending + chunk.length - taken >= this.frameSize) {
      const missing = this.frameSize - this.#pending;
      const frame = new Int16Array(this.frameSize);
      frame.set(this.#rest.subarray(0, this.#pending));
      frame.set(chunk.subarray(taken, taken + missing), this.#pending);
      frames.push(frame);
      taken += missing;
      this.#pending = 0;
    }
    this.#rest.set(chunk.subarray(taken), this.#pending);
    this.#pending += chunk.length - taken;
    return frames;
  }

  /** Ends the stream: returns what is pending, filled up with silence if `pad`, or undefined when nothing is. */
  flush(options: { readonly pad?: boolean } = {}): Int16Array | undefined {
    if (this.#pending === 0) return undefined;
    const last = new Int16Array(options.pad ? this.frameSize : this.#pending);
    last.set(this.#rest.subarray(0, this.#pending));
    this.#pending = 0;
    return last;
  }

  /** Drops what is pending. */
  reset(): void {
    this.#pending = 0;
  }
}
