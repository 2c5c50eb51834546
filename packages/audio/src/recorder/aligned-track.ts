import { Resampler } from '../resample/resampler.js';

/** Audio that comes later than this is behind a gap; that comes earlier, too much of it. The length of a usual chunk. */
const toleranceMs = 20;

/**
 * One channel of a recording, at one rate, on the time of a session: each chunk stands where it was heard. Chunks that come
 * one behind the other are joined without a seam, so jitter is not heard; what is missing is silence. A chunk that was only
 * late, and is followed by those that have caught up, takes its silence back, as long as that has not been taken out yet.
 */
export class AlignedTrack {
  readonly #rate: number;
  #resampler: Resampler | undefined;
  #samples = new Int16Array(0);
  #length = 0;
  /** Position of the first sample that is kept. */
  #base = 0;
  /** Where the last chunk ended, in the time of the session. */
  #endMs = Number.NEGATIVE_INFINITY;
  /** The silences put in that have not been taken out yet, by position and length. Each is longer than 20 ms, so there are few. */
  #gaps: { readonly from: number; readonly samples: number }[] = [];

  constructor(rate: number) {
    this.#rate = rate;
  }

  /** Takes mono samples, the last of which was heard at `endMs`. */
  push(mono: Int16Array, rate: number, endMs: number): void {
    if (mono.length === 0) return;
    const startMs = endMs - (mono.length / rate) * 1000;
    const lateMs = startMs - this.#endMs;
    if (lateMs > toleranceMs) this.#jump(startMs);
    else if (lateMs < 0) this.#takeBack(-lateMs);
    const overMs = this.#endMs - startMs;
    const over = overMs > toleranceMs ? Math.min(mono.length, Math.round((overMs * rate) / 1000)) : 0;
    if (over === mono.length) return;
    this.#append(this.#atRate(over === 0 ? mono : mono.subarray(over), rate));
    this.#endMs += ((mono.length - over) / rate) * 1000;
  }

  /** Takes out everything up to a position; what is not there is silence. */
  take(to: number): Int16Array {
    if (to > this.end) this.flush();
    const taken = new Int16Array(Math.max(0, to - this.#base));
    const kept = Math.min(this.#length, taken.length);
    taken.set(this.#samples.subarray(0, kept));
    this.#samples.copyWithin(0, kept, this.#length);
    this.#length -= kept;
    this.#base += taken.length;
    this.#gaps = this.#gaps.filter(({ from }) => from >= this.#base);
    return taken;
  }

  /** Position behind the last sample. */
  get end(): number {
    return this.#base + this.#length;
  }

  /** The resampler's last samples, when nothing more comes for now. */
  flush(): void {
    if (this.#resampler !== undefined) this.#append(this.#resampler.flush());
    this.#resampler = undefined;
  }

  #atRate(mono: Int16Array, rate: number): Int16Array {
    if (this.#resampler?.fromRate !== rate) {
      this.flush();
      this.#resampler = new Resampler({ fromRate: rate, toRate: this.#rate });
    }
    return this.#resampler.process(mono);
  }

  #jump(startMs: number): void {
    this.flush();
    const samples = Math.max(0, Math.round((startMs * this.#rate) / 1000) - this.end);
    if (samples > 0) this.#gaps.push({ from: this.end, samples });
    this.#append(new Int16Array(samples));
    this.#endMs = startMs;
  }

  /** The last silence first: what lies before it has found its place. */
  #takeBack(ms: number): void {
    let wanted = Math.round((ms * this.#rate) / 1000);
    while (wanted > 0) {
      const gap = this.#gaps.pop();
      if (gap === undefined) return;
      const taken = Math.min(wanted, gap.samples);
      const at = gap.from - this.#base;
      this.#samples.copyWithin(at, at + taken, this.#length);
      this.#length -= taken;
      this.#endMs -= (taken / this.#rate) * 1000;
      wanted -= taken;
      if (taken === gap.samples) continue;
      this.#gaps.push({ from: gap.from, samples: gap.samples - taken });
      return;
    }
  }

  #append(samples: Int16Array): void {
    const length = this.#length + samples.length;
    if (length > this.#samples.length) {
      const grown = new Int16Array(Math.max(length, 2 * this.#samples.length));
      grown.set(this.#samples.subarray(0, this.#length));
      this.#samples = grown;
    }
    this.#samples.set(samples, this.#length);
    this.#length = length;
  }
}
