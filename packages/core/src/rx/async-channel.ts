import { Fifo } from './fifo.js';

/** A queue that one side pushes into and the other iterates. Bounded: beyond `limit` the oldest value is dropped. */
export class AsyncChannel<T> implements AsyncIterable<T> {
  readonly #values = new Fifo<T>();
  readonly #limit: number;
  readonly #taken: ((value: T) => void) | undefined;
  #waiting: ((step: IteratorResult<T>) => void) | undefined;
  #ended = false;
  #dropped = 0;

  /** `taken` is called with each value as it is handed to who iterates. */
  constructor(limit: number, taken?: (value: T) => void) {
    this.#limit = limit;
    this.#taken = taken;
  }

  get dropped(): number {
    return this.#dropped;
  }

  push(value: T): void {
    if (this.#ended) return;
    if (this.#waiting !== undefined) {
      const resolve = this.#waiting;
      this.#waiting = undefined;
      this.#taken?.(value);
      resolve({ done: false, value });
      return;
    }
    if (this.#values.length >= this.#limit) {
      this.#values.shift();
      this.#dropped++;
    }
    this.#values.push(value);
  }

  /** No more values; those that wait can still be read. */
  end(): void {
    this.#ended = true;
    this.#waiting?.({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: () => {
        const value = this.#values.shift();
        if (value !== undefined) {
          this.#taken?.(value);
          return Promise.resolve({ done: false, value });
        }
        if (this.#ended) return Promise.resolve({ done: true, value: undefined });
        return new Promise((resolve) => {
          this.#waiting = resolve;
        });
      },
      return: () => {
        this.#values.clear();
        this.end();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }
}
