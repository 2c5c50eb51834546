import type { ChatMessage } from '@voxrill/core';

/** A turn that was said, and that the service may not have understood. */
export interface CommittedTurn {
  /** Unknown until the service has named it; another connection names it anew. */
  readonly name: { id: string | undefined };
  /** Of the turn before, whether that was understood or not. */
  readonly after: CommittedTurn['name'] | undefined;
  readonly samples: Int16Array;
  /** What was said before it. */
  readonly behind: ChatMessage | undefined;
}

/** The turns that another connection would have to be told, in the order in which they were said; beyond a bound the oldest goes. */
export class CommittedTurns implements Iterable<CommittedTurn> {
  readonly #sampleRate: number;
  readonly #maxMs: number;
  readonly #turns: CommittedTurn[] = [];
  #last: CommittedTurn['name'] | undefined;

  constructor(sampleRate: number, maxMs: number) {
    this.#sampleRate = sampleRate;
    this.#maxMs = maxMs;
  }

  [Symbol.iterator](): Iterator<CommittedTurn> {
    return this.#turns.values();
  }

  /** Returns how much was dropped for it, milliseconds. */
  add(itemId: string | undefined, samples: Int16Array, behind: ChatMessage | undefined): number {
    const name = { id: itemId };
    this.#turns.push({ name, after: this.#last, samples, behind });
    this.#last = name;
    let ms = this.#turns.reduce((sum, turn) => sum + this.#msOf(turn), 0);
    let droppedMs = 0;
    for (let oldest = this.#turns[0]; ms > this.#maxMs && oldest !== undefined; oldest = this.#turns[0]) {
      this.#turns.shift();
      ms -= this.#msOf(oldest);
      droppedMs += this.#msOf(oldest);
    }
    return droppedMs;
  }

  /** The service calls the oldest so that has no name yet. Returns false if all have one, unless it is this. */
  named(itemId: string): boolean {
    if (this.#turns.some(({ name }) => name.id === itemId)) return true;
    const waiting = this.#turns.find(({ name }) => name.id === undefined);
    if (waiting !== undefined) waiting.name.id = itemId;
    return waiting !== undefined;
  }

  settle(itemId: string): void {
    const index = this.#turns.findIndex(({ name }) => name.id === itemId);
    if (index !== -1) this.#turns.splice(index, 1);
  }

  clear(): void {
    this.#turns.length = 0;
  }

  #msOf({ samples }: CommittedTurn): number {
    return (samples.length / this.#sampleRate) * 1000;
  }
}
