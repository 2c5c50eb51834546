/** One piece of work: it is done when it returns, or when the promise that it returns has settled. */
type Work = () => void | Promise<void>;

/**
 * Does one thing after the other: at once if nothing is under way, else when what came before is done. What throws is told and
 * keeps nobody up.
 */
export class EventLane {
  readonly #fail: (error: unknown) => void;
  readonly #maxSize: number;
  #busy = true;
  #closed = false;
  #queue: { readonly work: Work; readonly size: number }[] = [];
  #size = 0;

  constructor(maxSize: number, fail: (error: unknown) => void) {
    this.#maxSize = maxSize;
    this.#fail = fail;
  }

  /** Whether everything that was taken is done. */
  get idle(): boolean {
    return !this.#busy && this.#queue.length === 0;
  }

  /** It begins to work: until then everything waits. */
  open(): void {
    this.#busy = false;
    this.#drain();
  }

  close(): void {
    this.#closed = true;
    this.#queue = [];
    this.#size = 0;
  }

  /** Returns whether it was taken; beyond the bound of what waits it is not. `sizeOf`: how much memory it keeps while it waits. */
  take(work: Work, sizeOf: () => number): boolean {
    if (this.#closed) return true;
    if (!this.#busy && this.#queue.length === 0) {
      this.#run(work);
      // A client in the same process may have answered while it was told something.
      this.#drain();
      return true;
    }
    const size = sizeOf();
    if (this.#size + size > this.#maxSize) return false;
    this.#queue.push({ work, size });
    this.#size += size;
    return true;
  }

  #run(work: Work): void {
    this.#busy = true;
    let pending: Promise<void> | undefined;
    try {
      pending = work() ?? undefined;
    } catch (error) {
      this.#fail(error);
    }
    if (pending === undefined) {
      this.#busy = false;
      return;
    }
    void pending.catch((error: unknown) => this.#fail(error)).then(() => this.open());
  }

  #drain(): void {
    // Taken in bulk: shifting a long list at each step would take the square of its length.
    while (!this.#busy && !this.#closed && this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      const rest = batch.findIndex(({ work, size }) => {
        this.#size -= size;
        this.#run(work);
        return this.#busy;
      });
      if (rest !== -1) this.#queue = [...batch.slice(rest + 1), ...this.#queue];
    }
  }
}
