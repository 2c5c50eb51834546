/** The last samples of a stream, in a ring of fixed size. */
export class AudioTail {
  readonly #ring: Int16Array;
  /** Where the next sample goes. */
  #at = 0;
  #held = 0;

  constructor(capacity: number) {
    this.#ring = new Int16Array(capacity);
  }

  push(samples: Int16Array): void {
    const ring = this.#ring;
    const kept = samples.subarray(Math.max(0, samples.length - ring.length));
    const first = kept.subarray(0, ring.length - this.#at);
    ring.set(first, this.#at);
    ring.set(kept.subarray(first.length), 0);
    this.#at = (this.#at + kept.length) % ring.length;
    this.#held = Math.min(ring.length, this.#held + kept.length);
  }

  /** A copy of the last `count` samples, or of as many as there are. */
  last(count: number): Int16Array {
    const ring = this.#ring;
    const length = Math.max(0, Math.min(this.#held, Math.round(count)));
    const begin = (this.#at - length + ring.length) % ring.length;
    const out = new Int16Array(length);
    const first = ring.subarray(begin, begin + length);
    out.set(first);
    out.set(ring.subarray(0, length - first.length), first.length);
    return out;
  }
}
