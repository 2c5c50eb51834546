/** Frames that are first seen later than this many others after they were made are taken to have been seen. */
const windowIds = 65_536;

/**
 * Tells which frames are seen for the first time, in constant memory: ids count up, so that a ring of marks for the last
 * 65 536 of them is enough.
 */
export class SeenIds {
  readonly #marks = new Uint8Array(windowIds);
  #newest = 0;

  /** Whether this is the first time. */
  first(id: number): boolean {
    if (id <= this.#newest - windowIds) return false;
    // The marks between the newest and this one are of ids that have fallen out of the window.
    for (let next = Math.max(this.#newest + 1, id - windowIds + 1); next <= id; next++) this.#marks[next % windowIds] = 0;
    this.#newest = Math.max(this.#newest, id);
    if (this.#marks[id % windowIds] === 1) return false;
    this.#marks[id % windowIds] = 1;
    return true;
  }
}
