/**
 * Work that many wait for and that is done once. It is begun by the first who waits, stopped when nobody waits any more,
 * and begun afresh after it has failed.
 */
export class SharedTask<T> {
  readonly #work: (signal: AbortSignal) => Promise<T>;
  #current: { readonly result: Promise<T>; readonly stop: AbortController; waiting: number; settled: boolean } | undefined;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#work = work;
  }

  /** @throws what the work throws, or the reason of the caller's own signal as soon as it fires. */
  async get(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    this.#current ??= this.#begin();
    const task = this.#current;
    task.waiting++;
    let onAbort: () => void = () => undefined;
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([task.result, aborted]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      task.waiting--;
      if (task.waiting === 0 && !task.settled) {
        task.stop.abort(signal.reason);
        if (this.#current === task) this.#current = undefined;
      }
    }
  }

  /** Forgets the result, and stops the work if it is under way. */
  clear(): void {
    if (this.#current?.settled === false) this.#current.stop.abort();
    this.#current = undefined;
  }

  #begin() {
    const stop = new AbortController();
    const task = { result: this.#work(stop.signal), stop, waiting: 0, settled: false };
    task.result.then(
      () => {
        task.settled = true;
      },
      () => {
        task.settled = true;
        if (this.#current === task) this.#current = undefined;
      },
    );
    return task;
  }
}
