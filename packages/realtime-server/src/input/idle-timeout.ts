import type { Clock } from '@voxrill/core';

/** Rings once when nobody has stopped it for so long. */
export class IdleTimeout {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  start(afterMs: number): void {
    this.stop();
    this.#cancel = this.#clock.setTimer(this.#ring, afterMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
