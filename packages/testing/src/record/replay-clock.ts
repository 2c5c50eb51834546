import { type Clock, sleepOn, VirtualClock } from '@voxrill/core';

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/**
 * A virtual clock whose owner decides what comes first: what was recorded, or the next timer. Work outside of it costs no
 * time, and nothing goes on before it is done.
 */
export class ReplayClock implements Clock {
  /** Sorted by due time, then by the order in which they were set; the next one is last. */
  readonly #timers: Timer[] = [];
  readonly #external = new Set<Promise<unknown>>();
  readonly #settling = new VirtualClock();
  #now = 0;

  now(): number {
    return this.#now;
  }

  /** When the next timer is due; Infinity if there is none. */
  get nextDue(): number {
    return this.#timers.at(-1)?.due ?? Number.POSITIVE_INFINITY;
  }

  setTimer(run: () => void, delayMs: number): () => void {
    const timer: Timer = { due: this.#now + Math.max(0, delayMs), run };
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1]?.due ?? 0) <= timer.due) at--;
    this.#timers.splice(at, 0, timer);
    return () => {
      const index = this.#timers.lastIndexOf(timer);
      if (index !== -1) this.#timers.splice(index, 1);
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal);
  }

  external<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(ignore, ignore);
    this.#external.add(settled);
    settled.then(() => this.#external.delete(settled)).catch(ignore);
    return work;
  }

  /** Resolves once every promise job that is pending has run, and all work outside the clock is done. */
  async settle(): Promise<void> {
    await this.#settling.advance(0);
    while (this.#external.size > 0) {
      await Promise.race(this.#external);
      await this.#settling.advance(0);
    }
  }

  /** Lets time go on to `now`, without running a timer. */
  moveTo(now: number): void {
    this.#now = Math.max(this.#now, now);
  }

  /** Runs the timer that is due next, at its time. */
  runNext(): void {
    const timer = this.#timers.pop();
    if (timer === undefined) return;
    this.moveTo(timer.due);
    timer.run();
  }
}

const ignore = (): void => undefined;
