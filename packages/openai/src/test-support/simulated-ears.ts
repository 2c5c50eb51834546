import { textIn } from '@voxrill/testing';

/** What the ears tell; times are milliseconds of all the audio that was ever sent. */
interface EarsEvents {
  readonly newItem: () => string;
  readonly started: (itemId: string, atMs: number) => void;
  readonly stopped: (itemId: string, atMs: number) => void;
  /** A turn of the user is an item now. */
  readonly committed: (itemId: string, text: string) => void;
  /** The detector has found the end of a turn, and it is committed. */
  readonly silent: () => void;
}

const rate = 24_000;
const silenceMs = 500;
const prefixMs = 300;
const shortestMs = 100;
const msOf = (samples: number): number => (samples / rate) * 1000;

/** The audio buffer of a simulated service and its detector, to which every sample that is not zero is speech. */
export class SimulatedEars {
  readonly #events: EarsEvents;
  #detects = true;
  #buffer: Int16Array[] = [];
  #bufferMs = 0;
  #positionMs = 0;
  /** The item that is being said. */
  #speaking: string | undefined;
  #voiceEndMs = 0;

  constructor(events: EarsEvents) {
    this.#events = events;
  }

  get hears(): boolean {
    return this.#speaking !== undefined;
  }

  detect(on: boolean): void {
    this.#detects = on;
    if (!on) this.clear();
  }

  clear(): void {
    this.#buffer = [];
    this.#bufferMs = 0;
    this.#speaking = undefined;
  }

  hear(samples: Int16Array): void {
    const beganMs = this.#positionMs;
    this.#buffer.push(samples);
    this.#bufferMs += msOf(samples.length);
    this.#positionMs += msOf(samples.length);
    if (!this.#detects) return;
    const first = samples.findIndex((sample) => sample !== 0);
    if (first !== -1) {
      this.#voiceEndMs = beganMs + msOf(samples.findLastIndex((sample) => sample !== 0));
      if (this.#speaking === undefined) this.#begin(beganMs + msOf(first));
    } else if (this.#speaking !== undefined && this.#positionMs - this.#voiceEndMs >= silenceMs) {
      this.#events.stopped(this.#speaking, Math.floor(this.#positionMs));
      this.#commit(this.#speaking);
      this.#events.silent();
    }
  }

  /** Returns false if there is too little to commit. */
  commit(): boolean {
    if (this.#bufferMs < shortestMs) return false;
    this.#commit(this.#speaking ?? this.#events.newItem());
    return true;
  }

  #begin(onsetMs: number): void {
    this.#speaking = this.#events.newItem();
    // What lies further back is not part of it.
    while (this.#bufferMs > 2 * prefixMs) this.#bufferMs -= msOf(this.#buffer.shift()?.length ?? 0);
    this.#events.started(this.#speaking, Math.floor(Math.max(0, onsetMs - prefixMs)));
  }

  #commit(itemId: string): void {
    const text = textIn(Int16Array.from(this.#buffer.flatMap((chunk) => [...chunk])));
    this.clear();
    this.#events.committed(itemId, text);
  }
}
