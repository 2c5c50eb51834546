import type { Clock } from '@voxrill/core';

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** A clock that a test moves by hand, while real sockets go their own pace. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #timers = new Set<Timer>();
  readonly #watchers = new Map<number, () => void>();

  now(): number {
    return this.#now;
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  setTimer(run: () => void, delayMs: number): () => void {
    const timer: Timer = { due: this.#now + delayMs, run };
    this.#timers.add(timer);
    this.#watchers.get(delayMs)?.();
    return () => this.#timers.delete(timer);
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = this.setTimer(resolve, delayMs);
      signal?.addEventListener('abort', () => {
        cancel();
        reject(signal.reason);
      });
    });
  }

  external<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  /** Resolves when somebody sets a timer of exactly this length. */
  timerOf(delayMs: number): Promise<void> {
    const isSet = [...this.#timers].some((timer) => timer.due === this.#now + delayMs);
    return isSet ? Promise.resolve() : new Promise((resolve) => this.#watchers.set(delayMs, resolve));
  }

  advance(durationMs: number): void {
    this.#now += durationMs;
    for (const timer of [...this.#timers].sort((a, b) => a.due - b.due)) {
      if (timer.due > this.#now || !this.#timers.delete(timer)) continue;
      timer.run();
    }
  }
}
