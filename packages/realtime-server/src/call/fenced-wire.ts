import type { RealtimeServerEvent } from '@voxrill/openai';
import type { RealtimeWire } from './call-parts.js';

/** A line that never throws: one that cannot be used is gone, which is told once, and takes nothing any more. */
export class FencedWire implements RealtimeWire {
  readonly #wire: RealtimeWire;
  readonly #onGone: () => void;
  #gone = false;

  constructor(wire: RealtimeWire, onGone: () => void) {
    this.#wire = wire;
    this.#onGone = onGone;
  }

  send(event: RealtimeServerEvent): void {
    if (this.#gone) return;
    try {
      this.#wire.send(event);
    } catch {
      this.#isGone();
    }
  }

  close(code: number, reason: string): void {
    if (this.#gone) return;
    try {
      this.#wire.close(code, reason);
    } catch {
      this.#isGone();
    }
  }

  #isGone(): void {
    this.#gone = true;
    this.#onGone();
  }
}
