import { cpuUs } from '../measure.js';

/** How often the loop is asked. */
const everyMs = 10;

/** How late a process came to what was due. */
export interface Lag {
  readonly ms: number;
  /** How much of it the process can have been at work itself, all its threads together; the rest it was not let to run. */
  readonly workMs: number;
}

/** Watches how late this process comes to what is due: by a timer, as the work itself would. */
export class LoopLag {
  #lags: Lag[] = [];
  #dueAt = 0;
  #cpuAt = 0;
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    this.#lags = [];
    this.#next();
  }

  /** One each time it was asked since `start`. */
  stop(): readonly Lag[] {
    clearTimeout(this.#timer);
    return this.#lags;
  }

  #next(): void {
    this.#dueAt = performance.now() + everyMs;
    this.#cpuAt = cpuUs();
    this.#timer = setTimeout(() => {
      const ms = Math.max(0, performance.now() - this.#dueAt);
      this.#lags.push({ ms, workMs: Math.min(ms, (cpuUs() - this.#cpuAt) / 1000) });
      this.#next();
    }, everyMs);
  }
}
