import type { Frame } from '../frames/frame.js';

/**
 * What a model answers before the turn is over: kept until the turn is, and thrown away with the turn if the user goes on. Of
 * an answer that may be spoken meanwhile only what follows from its first tool call is kept, for a call has consequences.
 */
export class HeldAnswer {
  readonly #letGo: (frame: Frame) => void;
  #held: Frame[] | undefined;
  /** The turn whose answer need not be kept any more. */
  #confirmed: number | undefined;

  constructor(letGo: (frame: Frame) => void) {
    this.#letGo = letGo;
  }

  /** `turn`: the one in which the answer was asked for. */
  async *hold(answer: AsyncIterable<Frame>, how: 'text' | 'speech', turn: number): AsyncGenerator<Frame> {
    const mine: Frame[] = [];
    // A request that was held up on its way is overtaken by its confirmation, which does not come again.
    this.#held = turn === this.#confirmed ? undefined : mine;
    for await (const frame of answer) {
      if (this.#held !== mine) this.#letGo(frame);
      else if (how === 'speech' && mine.length === 0 && frame.kind !== 'tool-calls') yield frame;
      else mine.push(frame);
    }
  }

  /** The turn is over, and this was its answer: what was kept goes on, and what is still to come is not kept. */
  release(turn: number): void {
    this.#confirmed = turn;
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const frame of held) this.#letGo(frame);
  }

  /** The user goes on. */
  drop(): void {
    this.#held = undefined;
  }
}
