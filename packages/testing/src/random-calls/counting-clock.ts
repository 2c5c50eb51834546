import { type Clock, sleepOn } from '@voxrill/core';

/** The clock of one call among several that share a virtual clock: knows how many timers this call has set. */
export class CountingClock implements Clock {
  readonly #clock: Clock;
  #pending = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get pendingTimers(): number {
    return this.#pending;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimer(run: () => void, delayMs: number): () => void {
    let set = true;
    this.#pending++;
    const cancel = this.#clock.setTimer(() => {
      set = false;
      this.#pending--;
      run();
    }, delayMs);
    return () => {
      if (!set) return;
      set = false;
      this.#pending--;
      cancel();
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal);
  }

  external<T>(work: Promise<T>): Promise<T> {
    return this.#clock.external(work);
  }
}
