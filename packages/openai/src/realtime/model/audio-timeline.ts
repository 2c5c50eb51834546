/** Where what the service has been sent lies in the time of the session: it counts samples, not time. */
export class AudioTimeline {
  readonly #anchors: { readonly positionMs: number; readonly atMs: number }[] = [];
  #sentMs = 0;

  /** So much was sent; its last sample was heard at `atMs`, session milliseconds. */
  sent(ms: number, atMs: number): void {
    const beginMs = atMs - ms;
    const last = this.#anchors.at(-1);
    // Where the microphone paused, what follows lies elsewhere.
    if (last === undefined || Math.abs(last.atMs + (this.#sentMs - last.positionMs) - beginMs) > jumpMs) {
      this.#anchors.push({ positionMs: this.#sentMs, atMs: beginMs });
      if (this.#anchors.length > maxAnchors) this.#anchors.shift();
    }
    this.#sentMs += ms;
  }

  /** So much was sent that had been heard before: nothing of it will be asked for. */
  skip(ms: number): void {
    this.#sentMs += ms;
  }

  /** How much was sent. */
  get positionMs(): number {
    return this.#sentMs;
  }

  /** The session time of a position in what was sent. */
  at(positionMs: number): number {
    const anchor = this.#anchors.findLast((one) => one.positionMs <= positionMs) ?? this.#anchors[0];
    return anchor === undefined ? 0 : Math.max(0, anchor.atMs + positionMs - anchor.positionMs);
  }

  /** A new connection begins to count at 0. */
  reset(): void {
    this.#anchors.length = 0;
    this.#sentMs = 0;
  }
}

const jumpMs = 40;
const maxAnchors = 64;
