/** How long to wait between attempts. */
export interface BackOffOptions {
  /** Longest wait before the first further attempt. @defaultValue 250 */
  readonly firstMs: number;
  /** Longest wait of all. @defaultValue 8_000 */
  readonly maxMs: number;
  /** By how much the wait grows each time. @defaultValue 2 */
  readonly factor: number;
  /** From 0 up to 1; a test gives its own. */
  readonly random: () => number;
}

/**
 * Waits that grow, each somewhere between half of itself and the whole, so that clients that a server has lost at one moment do
 * not come back at one moment.
 */
export class BackOff {
  readonly #options: BackOffOptions;
  #nextMs: number;

  constructor(options: BackOffOptions) {
    this.#options = options;
    this.#nextMs = options.firstMs;
  }

  /** How long to wait now, in milliseconds. */
  next(): number {
    const { maxMs, factor, random } = this.#options;
    const longest = Math.min(this.#nextMs, maxMs);
    this.#nextMs = Math.min(maxMs, longest * factor);
    return Math.round(longest * (0.5 + 0.5 * random()));
  }

  reset(): void {
    this.#nextMs = this.#options.firstMs;
  }
}
