import type { Frame } from '../frames/frame.js';

/**
 * What a model answers before the turn is over: kept until the turn is, and thrown away with the turn if the user goes on. Of
 * an answer that may be spoken meanwhile only what follows from its first tool call is kept, for a call has consequences.
 */
export class HeldAnswer {
  readonly #letGo: (frame: Frame) => void;
  #held: Frame[] | undefined;

  constructor(letGo: (frame: Frame) => void) {
    this.#letGo = letGo;
  }

  async *hold(answer: AsyncIterable<Frame>, how: 'text' | 'speech'): AsyncGenerator<Frame> {
    const mine: Frame[] = [];
    this.#held = mine;
    for await (const frame of answer) {
      if (this.#held !== mine) this.#letGo(frame);
      else if (how === 'speech' && mine.length === 0 && frame.kind !== 'tool-calls') yield frame;
      else mine.push(frame);
    }
  }

  /** The turn is over, and this was its answer: what was kept goes on, and what is still to come is not kept. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const frame of held) this.#letGo(frame);
  }

  /** The user goes on. */
  drop(): void {
    this.#held = undefined;
  }
}
