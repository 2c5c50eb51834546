import type { Frame } from '../frames/frame.js';
import { ServiceError } from './service-error.js';

/** As many as a gate holds: far beyond any answer that is spoken. */
const maxHeld = 10_000;

/**
 * What a model answers before the turn is over: kept until the turn is, and thrown away with the turn if the user goes on. Of
 * an answer that may be spoken meanwhile only what follows from its first tool call is kept, for a call has consequences. An
 * answer that is too long to be kept is thrown away with an error of the category `overload`: it is asked for anew.
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
      else if (mine.length < maxHeld) mine.push(frame);
      else {
        this.#held = undefined;
        const message = `An answer to what the user may not have finished saying came to more than ${maxHeld} frames, and was thrown away.`;
        throw new ServiceError('overload', message, { usable: true });
      }
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
