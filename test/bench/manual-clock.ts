import { type Clock, realClock } from '@voxrill/core';

/**
 * A clock that stands until it is told to go on, and runs the timers that are due then. It costs next to nothing, so that
 * a long conversation can be measured in a short loop; promises are not waited for, as a virtual clock would.
 */
export class ManualClock implements Clock {
  readonly #timers = new Map<() => void, number>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
    if (this.#timers.size === 0) return;
    for (const [run, at] of this.#timers) {
      if (at > this.#now) continue;
      this.#timers.delete(run);
      run();
    }
  }

  setTimer(run: () => void, delayMs: number): () => void {
    const timer = (): void => run();
    this.#timers.set(timer, this.#now + delayMs);
    return () => this.#timers.delete(timer);
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.setTimer(resolve, delayMs));
  }

  external<T>(work: Promise<T>): Promise<T> {
    return realClock().external(work);
  }
}
