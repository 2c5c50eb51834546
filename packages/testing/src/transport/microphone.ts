import type { Clock, PcmAudio } from '@voxrill/core';

/** What a microphone needs of its session. */
export interface MicrophoneHost {
  readonly clock: Clock;
  deliver(audio: PcmAudio): void;
}

interface Speaking {
  readonly samples: Int16Array;
  offset: number;
  readonly done: () => void;
}

/**
 * Delivers what it is told to hear in chunks, each when its last sample would have been captured, on an absolute schedule.
 * Between two pieces of speech it is off, or delivers silence.
 */
export class Microphone {
  readonly #host: MicrophoneHost;
  readonly #sampleRate: number;
  readonly #chunkSamples: number;
  readonly #silence: boolean;
  #speaking: Speaking | undefined;
  #dueMs = 0;
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  constructor(
    host: MicrophoneHost,
    options: { readonly sampleRate: number; readonly chunkMs: number; readonly silence: boolean },
  ) {
    const { sampleRate, chunkMs, silence } = options;
    this.#host = host;
    this.#sampleRate = sampleRate;
    this.#chunkSamples = Math.max(1, Math.round((chunkMs * sampleRate) / 1000));
    this.#silence = silence;
  }

  get busy(): boolean {
    return this.#speaking !== undefined;
  }

  /** Begins to capture silence, if it is to be delivered. */
  open(): void {
    if (this.#silence) this.#from(this.#host.clock.now());
  }

  /** Resolves when the last sample was delivered, or when the microphone is closed. */
  hear(samples: Int16Array): Promise<void> {
    if (this.#closed || samples.length === 0) return Promise.resolve();
    return new Promise((done) => {
      this.#speaking = { samples, offset: 0, done };
      if (this.#cancelTimer === undefined) this.#from(this.#host.clock.now());
    });
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#speaking?.done();
    this.#speaking = undefined;
  }

  #from(nowMs: number): void {
    this.#dueMs = nowMs;
    this.#next();
  }

  #next(): void {
    const { clock } = this.#host;
    const chunk = this.#capture();
    this.#dueMs += (chunk.length / this.#sampleRate) * 1000;
    this.#cancelTimer = clock.setTimer(
      () => {
        this.#cancelTimer = undefined;
        this.#host.deliver({ samples: chunk, sampleRate: this.#sampleRate, channels: 1 });
        this.#finish();
        if (this.#closed || this.#cancelTimer !== undefined) return;
        if (this.#silence || this.#speaking !== undefined) this.#next();
      },
      Math.max(0, this.#dueMs - clock.now()),
    );
  }

  /** The next chunk; only one that is followed by nothing may be shorter than the others. */
  #capture(): Int16Array {
    const speaking = this.#speaking;
    if (speaking === undefined) return new Int16Array(this.#chunkSamples);
    const part = speaking.samples.slice(speaking.offset, speaking.offset + this.#chunkSamples);
    speaking.offset += part.length;
    if (!this.#silence || part.length === this.#chunkSamples) return part;
    const padded = new Int16Array(this.#chunkSamples);
    padded.set(part);
    return padded;
  }

  #finish(): void {
    const speaking = this.#speaking;
    if (speaking === undefined || speaking.offset < speaking.samples.length) return;
    this.#speaking = undefined;
    speaking.done();
  }
}
