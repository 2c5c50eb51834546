/** What is still to be done in a session, by name; a graceful end waits until nothing is. */
export class Holds {
  readonly #counts = new Map<string, number>();
  #total = 0;
  #waiting: (() => void)[] = [];

  take(what: string): () => void {
    this.#total++;
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#total--;
      const left = (this.#counts.get(what) ?? 1) - 1;
      if (left === 0) this.#counts.delete(what);
      else this.#counts.set(what, left);
      if (this.#total === 0) {
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const resolve of waiting) resolve();
      }
    };
  }

  get free(): boolean {
    return this.#total === 0;
  }

  /** Who still holds, for the report of an end that ran out of time. */
  get names(): string[] {
    return [...this.#counts.keys()];
  }

  whenFree(): Promise<void> {
    return this.free ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }
}
