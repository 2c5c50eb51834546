/** How often the loop is asked. */
const everyMs = 10;

/** Watches how late this process comes to what is due: with timers, as the work itself would. */
export class LoopLag {
  readonly #lags: number[] = [];
  #dueAt = 0;
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    this.#lags.length = 0;
    this.#next();
  }

  /** Milliseconds, one each time it was asked since `start`. */
  stop(): readonly number[] {
    clearTimeout(this.#timer);
    return this.#lags;
  }

  #next(): void {
    this.#dueAt = performance.now() + everyMs;
    this.#timer = setTimeout(() => {
      this.#lags.push(Math.max(0, performance.now() - this.#dueAt));
      this.#next();
    }, everyMs);
  }
}
