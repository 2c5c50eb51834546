import { encodeAudio, type RealtimeAudioFormat, realtimeAudioRate } from '@voxrill/openai';

/** The audio of an item as it went over the wire, for whoever asks for it again. Grows while the item is being made. */
export class ItemAudio {
  readonly format: RealtimeAudioFormat;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(format: RealtimeAudioFormat, bytes?: Uint8Array) {
    this.format = format;
    if (bytes !== undefined) this.push(bytes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get durationMs(): number {
    return this.#bytes / realtimeAudioRate(this.format).bytesPerMs;
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
  }

  /** Lets go of everything behind `endMs`. */
  cut(endMs: number): void {
    const keep = Math.min(this.#bytes, Math.floor(endMs) * realtimeAudioRate(this.format).bytesPerMs);
    const kept = this.bytesNow().slice(0, keep);
    this.#chunks = [kept];
    this.#bytes = kept.length;
  }

  base64(): string {
    return encodeAudio(this.bytesNow());
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
