/** A piece of the user's voice; `atMs` is when its last sample was heard, session milliseconds. */
export interface KeptChunk {
  readonly samples: Int16Array;
  readonly atMs: number;
}

/** A stretch of the user's voice that may have to be told again; beyond its bound the oldest is lost. */
export class KeptAudio {
  readonly #sampleRate: number;
  readonly #maxMs: number;
  #chunks: KeptChunk[] = [];
  #ms = 0;

  constructor(sampleRate: number, maxMs: number) {
    this.#sampleRate = sampleRate;
    this.#maxMs = maxMs;
  }

  get chunks(): readonly KeptChunk[] {
    return this.#chunks;
  }

  get empty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Returns how much was lost for it, milliseconds. */
  add(samples: Int16Array, atMs: number): number {
    this.#chunks.push({ samples, atMs });
    this.#ms += this.msOf(samples);
    let lostMs = 0;
    while (this.#ms > this.#maxMs) lostMs += this.msOf(this.#first());
    return lostMs;
  }

  /** Begins anew, with audio that ends at `endMs`. */
  begin(chunks: readonly Int16Array[], endMs: number): void {
    this.clear();
    let atMs = endMs - chunks.reduce((ms, samples) => ms + this.msOf(samples), 0);
    for (const samples of chunks) {
      atMs += this.msOf(samples);
      this.add(samples, atMs);
    }
  }

  /** What was over at `startMs` is not kept any more. */
  dropBefore(startMs: number): void {
    while ((this.#chunks[0]?.atMs ?? Number.POSITIVE_INFINITY) <= startMs) this.#first();
  }

  clear(): void {
    this.#chunks = [];
    this.#ms = 0;
  }

  /** Takes out what was over at `endMs`, in one piece. */
  take(endMs = Number.POSITIVE_INFINITY): Int16Array {
    const taken: Int16Array[] = [];
    while (!this.empty && (this.#chunks[0]?.atMs ?? 0) <= endMs) taken.push(this.#first());
    const whole = new Int16Array(taken.reduce((length, samples) => length + samples.length, 0));
    let at = 0;
    for (const samples of taken) {
      whole.set(samples, at);
      at += samples.length;
    }
    return whole;
  }

  msOf(samples: Int16Array): number {
    return (samples.length / this.#sampleRate) * 1000;
  }

  #first(): Int16Array {
    const samples = this.#chunks.shift()?.samples ?? new Int16Array();
    this.#ms -= this.msOf(samples);
    return samples;
  }
}
