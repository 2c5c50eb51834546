import type { Clock } from './clock.js';
import { sleepOn } from './sleep-on.js';

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/** Work outside the clock: when it began, by this clock and by the real one. */
interface External {
  readonly virtualMs: number;
  readonly realMs: number;
}

/** Options of {@link VirtualClock}. */
export interface VirtualClockOptions {
  /**
   * What work outside the clock (`external`) costs in virtual time: as much as it really takes, so that a deadline can cut
   * it short; or nothing, and then time stands still until it is done.
   * @defaultValue 'measured'
   */
  readonly externalCost?: 'measured' | 'none';
  /**
   * Real milliseconds after which external work that no deadline ends makes the run fail instead of hanging.
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
  readonly #external = new Map<Promise<unknown>, External>();
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
    const started: External = { virtualMs: this.#now, realMs: performance.now() };
    const charge = async (): Promise<void> => {
      const cost = this.#externalCost === 'measured' ? performance.now() - started.realMs : 0;
      const wait = started.virtualMs + cost - this.#now;
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
    this.#external.set(tracked, started);
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
        const next = this.#timers.at(-1);
        const due = next === undefined || next.due > until ? Number.POSITIVE_INFINITY : next.due;
        if (this.#external.size > 0) {
          const tooEarlyBy = due - this.#reachable();
          if (tooEarlyBy > 0) {
            await this.#awaitExternal(tooEarlyBy);
            continue;
          }
        }
        if (next === undefined || next.due > until) return;
        this.#timers.pop();
        this.#now = Math.max(this.#now, next.due);
        next.run();
      }
    } finally {
      this.#advancing = false;
    }
  }

  /** How far time may go while work is out: as far as that work has really taken, or nowhere if it is to cost nothing. */
  #reachable(): number {
    if (this.#externalCost === 'none') return Number.NEGATIVE_INFINITY;
    const real = performance.now();
    return Math.min(...[...this.#external.values()].map(({ virtualMs, realMs }) => virtualMs + real - realMs));
  }

  /** Waits until some of the work is done, or for so many real milliseconds at the most. */
  async #awaitExternal(atMostMs: number): Promise<void> {
    let watchdog: NodeJS.Timeout | undefined;
    const timeUp = new Promise<void>((resolve, reject) => {
      const tooLong = (): void =>
        reject(new Error(`Work outside the virtual clock has not finished within ${this.#externalLimitMs} ms of real time.`));
      watchdog = Number.isFinite(atMostMs) ? setTimeout(resolve, atMostMs) : setTimeout(tooLong, this.#externalLimitMs);
    });
    try {
      await Promise.race([...this.#external.keys(), timeUp]);
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
