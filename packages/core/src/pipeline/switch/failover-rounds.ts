import type { FrameOf } from '../../frames/frame.js';

/** How a switch goes from one branch to the next by itself, resolved. */
export interface FailoverPlan {
  readonly order: readonly string[];
  /** Errors in a row after which a branch has to go. */
  readonly after: number;
}

/** Knows who is next when a branch fails: each is tried once until something comes of the work, so that no circle is endless. */
export class FailoverRounds {
  readonly #plan: FailoverPlan | undefined;
  readonly #usedUp = new Set<string>();
  readonly #failed = new Set<string>();
  #errors = 0;

  constructor(plan: FailoverPlan | undefined) {
    this.#plan = plan;
  }

  /** It has said that it cannot go on. */
  useUp(branch: string): void {
    this.#usedUp.add(branch);
  }

  /** Whoever asks for it knows why it should work again. */
  allow(branch: string): void {
    this.#usedUp.delete(branch);
  }

  isUsedUp(branch: string): boolean {
    return this.#usedUp.has(branch);
  }

  succeeded(): void {
    this.#errors = 0;
    this.#failed.clear();
  }

  /** Who takes the place of a branch because of this error; undefined if nobody does. */
  next(from: string, error: FrameOf<'error'>): string | undefined {
    if (!error.usable) this.#usedUp.add(from);
    this.#errors++;
    if (this.#plan === undefined || (error.usable && this.#errors < this.#plan.after)) return undefined;
    this.#failed.add(from);
    const { order } = this.#plan;
    const at = order.indexOf(from) + 1;
    const next = [...order.slice(at), ...order.slice(0, at)].find((name) => !this.#failed.has(name) && !this.#usedUp.has(name));
    if (next === undefined) this.#failed.clear();
    else this.#errors = 0;
    return next;
  }
}
