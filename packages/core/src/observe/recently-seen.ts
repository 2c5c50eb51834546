/**
 * Tells what is seen for the first time, remembering the last so many: frames that are broadcast come both ways, and one that
 * passes several branches comes several times. What comes again later than that is taken to be new.
 */
export class RecentlySeen<T> {
  readonly #size: number;
  readonly #seen = new Set<T>();

  /** @param size how many are remembered */
  constructor(size: number) {
    this.#size = size;
  }

  /** Whether this is the first time. */
  first(value: T): boolean {
    if (this.#seen.has(value)) return false;
    this.#seen.add(value);
    for (const oldest of this.#seen) {
      if (this.#seen.size <= this.#size) break;
      this.#seen.delete(oldest);
    }
    return true;
  }
}
