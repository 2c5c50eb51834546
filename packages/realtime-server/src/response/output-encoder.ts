import { downmix, Resampler } from '@voxrill/audio';
import type { PcmAudio } from '@voxrill/core';
import { type RealtimeAudioFormat, realtimeAudioRate } from '@voxrill/openai';
import { bytesOf } from '../audio/wire-audio.js';

/** The longest that one delta carries. */
const maxDeltaMs = 100;

/** Turns what a voice says into the output format of a session: whole samples, 100 ms at the most in a piece. */
export class OutputEncoder {
  readonly format: RealtimeAudioFormat;
  readonly #sampleRate: number;
  #resampler: Resampler | undefined;

  constructor(format: RealtimeAudioFormat) {
    this.format = format;
    this.#sampleRate = realtimeAudioRate(format).sampleRate;
  }

  encode({ samples, sampleRate, channels }: PcmAudio): Uint8Array[] {
    const mono = channels === 1 ? samples : downmix(samples, channels);
    if (sampleRate === this.#sampleRate) return [...this.flush(), ...this.#pieces(mono)];
    const rest = this.#resampler?.fromRate === sampleRate ? [] : this.flush();
    this.#resampler ??= new Resampler({ fromRate: sampleRate, toRate: this.#sampleRate });
    return [...rest, ...this.#pieces(this.#resampler.process(mono))];
  }

  /** What was held back: the sentence is over. */
  flush(): Uint8Array[] {
    const rest = this.#resampler?.flush();
    this.#resampler = undefined;
    return rest === undefined ? [] : this.#pieces(rest);
  }

  #pieces(samples: Int16Array): Uint8Array[] {
    const step = (this.#sampleRate * maxDeltaMs) / 1000;
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < samples.length; at += step) pieces.push(bytesOf(samples.subarray(at, at + step), this.format));
    return pieces;
  }
}
