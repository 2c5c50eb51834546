import { resample } from '@voxrill/audio';

const nothing = new Int16Array();

/** The user's audio that was not committed yet, by its place in all that was appended; milliseconds. */
export class InputBuffer {
  readonly sampleRate: number;
  #chunks: Int16Array[] = [];
  #startMs: number;
  #samples = 0;

  constructor(sampleRate: number, startMs = 0) {
    this.sampleRate = sampleRate;
    this.#startMs = startMs;
  }

  get startMs(): number {
    return this.#startMs;
  }

  get endMs(): number {
    return this.#startMs + this.durationMs;
  }

  get durationMs(): number {
    return (this.#samples / this.sampleRate) * 1000;
  }

  push(samples: Int16Array): void {
    this.#chunks.push(samples);
    this.#samples += samples.length;
  }

  /** What lies between two places, as far as it is there. */
  between(startMs: number, endMs: number): Int16Array {
    const [from, to] = [this.#at(startMs), this.#at(endMs)];
    const part = new Int16Array(Math.max(0, to - from));
    let end = this.#samples;
    // From the end: with each piece that comes the last of it is asked for, and ten minutes may lie before it.
    for (let index = this.#chunks.length - 1; index >= 0 && end > from; index--) {
      const chunk = this.#chunks[index] ?? nothing;
      const begin = end - chunk.length;
      const [first, last] = [Math.max(from, begin), Math.min(to, end)];
      if (first < last) part.set(chunk.subarray(first - begin, last - begin), first - from);
      end = begin;
    }
    return part;
  }

  /** Lets go of everything before a place; whole chunks only, unless `exactly`. */
  dropBefore(placeMs: number, exactly = false): void {
    let left = this.#at(placeMs);
    if (left === 0) return;
    let whole = 0;
    for (const chunk of this.#chunks) {
      if (chunk.length > left) break;
      left -= chunk.length;
      whole++;
    }
    const dropped = this.#chunks.splice(0, whole).reduce((sum, { length }) => sum + length, 0);
    this.#shrink(dropped);
    const first = this.#chunks[0];
    if (!exactly || left === 0 || first === undefined) return;
    // A copy, so that the whole chunk is not kept for its end.
    this.#chunks[0] = first.slice(left);
    this.#shrink(left);
  }

  /** The same audio at another rate. */
  atRate(sampleRate: number): InputBuffer {
    const other = new InputBuffer(sampleRate, this.#startMs);
    if (this.#samples > 0) {
      const all = this.between(this.#startMs, this.endMs);
      other.push(resample(all, { fromRate: this.sampleRate, toRate: sampleRate }));
    }
    return other;
  }

  #shrink(samples: number): void {
    this.#samples -= samples;
    this.#startMs += (samples / this.sampleRate) * 1000;
  }

  #at(placeMs: number): number {
    const at = Math.round(((placeMs - this.#startMs) / 1000) * this.sampleRate);
    return Math.max(0, Math.min(this.#samples, at));
  }
}
