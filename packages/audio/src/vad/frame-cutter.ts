import { Resampler } from '../resample/resampler.js';

const RATE = 16000;

/** Cuts a stream of any rate, in chunks of any size, into frames of 512 samples at 16 kHz, from −1 to 1. */
export class FrameCutter {
  readonly frameSamples = 512;
  readonly frameMs = (512 * 1000) / RATE;
  /** How much later than its last sample a frame comes out. */
  readonly delayMs: number;
  readonly #sampleRate: number;
  readonly #resampler: Resampler | undefined;
  readonly #frame = new Float32Array(this.frameSamples);
  #filled = 0;
  #heard = 0;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
    this.#resampler = sampleRate === RATE ? undefined : new Resampler({ fromRate: sampleRate, toRate: RATE });
    this.delayMs = this.#resampler?.delayMs ?? 0;
  }

  /** How much of the stream has been heard, in milliseconds. */
  get heardMs(): number {
    return (this.#heard * 1000) / this.#sampleRate;
  }

  /** The frames that these samples complete. Each is only valid until the next is asked for. */
  *push(samples: Int16Array): Generator<Float32Array, void, undefined> {
    this.#heard += samples.length;
    yield* this.#cut(this.#resampler === undefined ? samples : this.#resampler.process(samples));
  }

  /** The frames that are left, the last one filled up with silence. */
  *flush(): Generator<Float32Array, void, undefined> {
    if (this.#resampler !== undefined) yield* this.#cut(this.#resampler.flush());
    if (this.#filled === 0) return;
    this.#frame.fill(0, this.#filled);
    this.#filled = 0;
    yield this.#frame;
  }

  *#cut(samples: Int16Array): Generator<Float32Array, void, undefined> {
    const frame = this.#frame;
    for (let at = 0; at < samples.length; ) {
      const count = Math.min(samples.length - at, frame.length - this.#filled);
      for (let i = 0; i < count; i++) frame[this.#filled + i] = (samples[at + i] as number) / 32768;
      this.#filled += count;
      at += count;
      if (this.#filled < frame.length) return;
      this.#filled = 0;
      yield frame;
    }
  }

  reset(): void {
    this.#resampler?.reset();
    this.#filled = 0;
    this.#heard = 0;
  }
}
