/** What travels in a lane. */
interface LaneItem {
  /** How much of the bound it takes while it waits. */
  readonly bytes: number;
}

/** One direction of a relay: items in order, one at a time. What is handled at once costs no promise. */
export class RelayLane<Item extends LaneItem> {
  readonly #handle: (item: Item) => Promise<void> | undefined;
  readonly #changed: () => void;
  #waiting: Item[] = [];
  #head = 0;
  #bytes = 0;
  #busy: boolean;
  #closed = false;

  /** `handle` does not throw; `changed` is told when the number of waiting bytes is another. `held`: until {@link open}. */
  constructor(handle: (item: Item) => Promise<void> | undefined, changed: () => void, held: boolean) {
    this.#busy = held;
    this.#handle = handle;
    this.#changed = changed;
  }

  /** Bytes of what waits. */
  get bytes(): number {
    return this.#bytes;
  }

  push(item: Item): void {
    if (this.#closed) return;
    if (!this.#busy) {
      this.#handleNext(item);
      // Something may have come while it was handled.
      if (this.#waiting.length > 0) this.#pump();
      return;
    }
    this.#waiting.push(item);
    this.#bytes += item.bytes;
    this.#changed();
  }

  /** Begins to handle what came and comes. */
  open(): void {
    this.#busy = false;
    this.#pump();
  }

  readonly #goOn = (): void => this.open();

  /** Handles nothing any more. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#bytes = 0;
  }

  #pump(): void {
    while (!this.#busy && !this.#closed) {
      const item = this.#waiting[this.#head];
      if (item === undefined) break;
      this.#head++;
      this.#bytes -= item.bytes;
      if (this.#head === this.#waiting.length) {
        this.#waiting = [];
        this.#head = 0;
      } else if (this.#head > 1024) {
        this.#waiting = this.#waiting.slice(this.#head);
        this.#head = 0;
      }
      this.#handleNext(item);
    }
    this.#changed();
  }

  #handleNext(item: Item): void {
    this.#busy = true;
    const work = this.#handle(item);
    if (work === undefined) this.#busy = false;
    else work.then(this.#goOn, this.#goOn);
  }
}
