import type { Clock } from '@voxrill/core';

/** Tells when nothing has happened for so long. Each sign of life costs a look at the clock, and no timer. */
export class IdleWatch {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #onIdle: () => void;
  #lastAt: number;
  #takeBack: () => void = () => undefined;

  constructor(clock: Clock, idleMs: number, onIdle: () => void) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#onIdle = onIdle;
    this.#lastAt = clock.now();
    this.#wait(idleMs);
  }

  alive(): void {
    this.#lastAt = this.#clock.now();
  }

  stop(): void {
    this.#takeBack();
  }

  #wait(forMs: number): void {
    if (!Number.isFinite(forMs)) return;
    this.#takeBack = this.#clock.setTimer(() => {
      const leftMs = this.#idleMs - (this.#clock.now() - this.#lastAt);
      if (leftMs > 0) this.#wait(leftMs);
      else this.#onIdle();
    }, forMs);
  }
}
