import type { Clock } from './clock.js';
import { sleepOn } from './sleep-on.js';

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/** Options of {@link VirtualClock}. */
export interface VirtualClockOptions {
  /**
   * What work outside the clock (`external`) costs in virtual time: as much as it really took, or nothing.
   * @defaultValue 'measured'
   */
  readonly externalCost?: 'measured' | 'none';
  /**
   * Real milliseconds after which external work that has not finished makes the run fail instead of hanging.
   * @defaultValue 120_000
   */
  readonly externalLimitMs?: number;
}

/**
 * Time that stands still until it is told to pass. Between two timers it lets every pending promise settle, so code that
 * awaits runs exactly as it would in real time, only at once.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * let rang = false;
 * clock.setTimer(() => { rang = true; }, 60_000);
 * await clock.advance(60_000);
 * console.log(rang, clock.now()); // true 60000
 * ```
 */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  /** Sorted by due time, then by the order in which they were set; the next one is last, where removal is cheap. */
  readonly #timers: Timer[] = [];
  readonly #external = new Set<Promise<unknown>>();
  readonly #externalCost: 'measured' | 'none';
  readonly #externalLimitMs: number;
  #advancing = false;

  constructor(options: VirtualClockOptions = {}) {
    this.#externalCost = options.externalCost ?? 'measured';
    this.#externalLimitMs = options.externalLimitMs ?? 120_000;
  }

  now(): number {
    return this.#now;
  }

  /** How many timers are set; a closed session leaves none. */
  get pendingTimers(): number {
    return this.#timers.length;
  }

  setTimer(run: () => void, delayMs: number): () => void {
    const timer: Timer = { due: this.#now + Math.max(0, delayMs), order: this.#order++, run };
    this.#timers.splice(this.#position(timer), 0, timer);
    return () => {
      const index = this.#position(timer);
      if (this.#timers[index] === timer) this.#timers.splice(index, 1);
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal);
  }

  external<T>(work: Promise<T>): Promise<T> {
    const startedVirtual = this.#now;
    const startedReal = performance.now();
    const charge = async (): Promise<void> => {
      const cost = this.#externalCost === 'measured' ? performance.now() - startedReal : 0;
      const wait = startedVirtual + cost - this.#now;
      this.#external.delete(tracked);
      if (wait > 0) await this.sleep(wait);
    };
    const result = work.then(
      async (value) => {
        await charge();
        return value;
      },
      async (error: unknown) => {
        await charge();
        throw error;
      },
    );
    const tracked = work.then(
      () => undefined,
      () => undefined,
    );
    this.#external.add(tracked);
    return result;
  }

  /** Lets `durationMs` pass, running every timer that comes due and settling all promises in between. */
  async advance(durationMs: number): Promise<void> {
    const until = this.#now + durationMs;
    await this.#run(until, () => false);
    this.#now = Math.max(this.#now, until);
  }

  /**
   * Lets time pass until `done` says so, `done` being a promise or a condition; resolves to whether that happened within
   * `limitMs`. Time jumps from timer to timer, and stops where none is left.
   */
  async runUntil(done: Promise<unknown> | (() => boolean), limitMs = 24 * 3_600_000): Promise<boolean> {
    let isDone: () => boolean;
    if (typeof done === 'function') isDone = done;
    else {
      let resolved = false;
      const mark = (): void => {
        resolved = true;
      };
      done.then(mark, mark);
      isDone = () => resolved;
    }
    await this.#run(this.#now + limitMs, isDone);
    return isDone();
  }

  async #run(until: number, isDone: () => boolean): Promise<void> {
    if (this.#advancing) throw new Error('This virtual clock is already being advanced; await the other call first.');
    this.#advancing = true;
    try {
      for (;;) {
        await settled();
        if (isDone()) return;
        if (this.#external.size > 0) {
          await this.#awaitExternal();
          continue;
        }
        const next = this.#timers.at(-1);
        if (next === undefined || next.due > until) return;
        this.#timers.pop();
        this.#now = Math.max(this.#now, next.due);
        next.run();
      }
    } finally {
      this.#advancing = false;
    }
  }

  async #awaitExternal(): Promise<void> {
    let watchdog: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_resolve, reject) => {
      watchdog = setTimeout(
        () =>
          reject(new Error(`Work outside the virtual clock has not finished within ${this.#externalLimitMs} ms of real time.`)),
        this.#externalLimitMs,
      );
    });
    try {
      await Promise.race([...this.#external, tooLong]);
    } finally {
      clearTimeout(watchdog);
    }
  }

  /** Index at which `timer` stands or would stand: later timers come first. */
  #position(timer: Timer): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#timers[middle];
      if (other !== undefined && (other.due > timer.due || (other.due === timer.due && other.order > timer.order)))
        low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Resolves once every promise job that is pending, or is made by a pending one, has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
