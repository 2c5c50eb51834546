/** Where events of several sources wait for one reader, in the order in which they came. */
export class Inbox<T> {
  readonly #events: T[] = [];
  #wake: (() => void) | undefined;

  put(event: T): void {
    this.#events.push(event);
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Resolves to the next event, as soon as there is one. */
  async next(): Promise<T> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
