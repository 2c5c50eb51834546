import { encodeAudio, type RealtimeAudioFormat, realtimeAudioRate } from '@voxrill/openai';
import { converted } from '../audio/wire-audio.js';

interface ItemAudioOptions {
  readonly bytes?: Uint8Array;
  readonly maxBytes?: number;
}

/** The audio of an item as it went over the wire, for whoever asks for it again. Grows while the item is being made. */
export class ItemAudio {
  readonly format: RealtimeAudioFormat;
  readonly #maxBytes: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** It was cut, or is too long to be kept: it does not grow any more. */
  #over = false;

  /** `maxBytes`: of an item that is longer no audio is kept. */
  constructor(format: RealtimeAudioFormat, { bytes, maxBytes = Number.POSITIVE_INFINITY }: ItemAudioOptions = {}) {
    this.format = format;
    this.#maxBytes = maxBytes;
    if (bytes !== undefined) this.push(bytes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get durationMs(): number {
    return this.#bytes / realtimeAudioRate(this.format).bytesPerMs;
  }

  push(bytes: Uint8Array): void {
    if (this.#over) return;
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes > this.#maxBytes) this.cut(0);
  }

  /** Lets go of everything behind `endMs`, and of what still comes. */
  cut(endMs: number): void {
    this.#over = true;
    const keep = Math.min(this.#bytes, Math.floor(endMs) * realtimeAudioRate(this.format).bytesPerMs);
    const kept = this.bytesNow().slice(0, keep);
    this.#chunks = [kept];
    this.#bytes = kept.length;
  }

  /** All of it, in a format of the wire. */
  base64(format: RealtimeAudioFormat): string {
    return encodeAudio(converted(this.bytesNow(), this.format, format));
  }

  /** All of it, in one piece. */
  bytesNow(): Uint8Array {
    const whole = new Uint8Array(this.#bytes);
    let at = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  }
}
