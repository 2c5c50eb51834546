/**
 * Runs at most `limit` jobs at a time, the others in the order in which they came; urgent ones before the rest. A job that
 * was not begun when its signal fires is dropped.
 */
export class DecodeQueue {
  readonly #limit: number;
  readonly #urgent: (() => void)[] = [];
  readonly #ordinary: (() => void)[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True when a new job would have to wait. */
  get busy(): boolean {
    return this.#running >= this.#limit;
  }

  /** @throws the signal's reason when it fires before the job was begun. */
  async run<T>(job: () => Promise<T>, options: { readonly urgent: boolean; readonly signal: AbortSignal }): Promise<T> {
    if (this.busy) await new Promise<void>((begin) => (options.urgent ? this.#urgent : this.#ordinary).push(begin));
    else this.#running++;
    try {
      options.signal.throwIfAborted();
      return await job();
    } finally {
      // The place is handed on, so that nobody who comes in between takes it.
      const next = this.#urgent.shift() ?? this.#ordinary.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
