/**
 * Knows whether the bot is in the middle of a reply: from the first word of the model, or the first utterance that it was
 * told to say, until all of it has been heard. The pauses between two sentences belong to it.
 */
export class ReplyWatch {
  #open = false;
  /** The model has no more to say. */
  #written = true;
  #heardAny = false;
  /** Utterances that have not been heard to their end. */
  readonly #unheard = new Set<string>();

  responseStarted(): void {
    this.#open = true;
    this.#written = false;
  }

  /** Returns whether the reply is over now. */
  responseEnded(): boolean {
    this.#written = true;
    return this.#isOver();
  }

  utteranceStarted(utterance: string): void {
    this.#open = true;
    this.#unheard.add(utterance);
  }

  /** Returns whether the reply is over now. */
  heard(utterance: string, text: string, toItsEnd: boolean): boolean {
    if (text !== '') this.#heardAny = true;
    if (toItsEnd) this.#unheard.delete(utterance);
    return this.#isOver();
  }

  /** The turn is dead. Returns whether a reply was cut of which the user had heard something. */
  interrupted(): boolean {
    const cut = this.#open && this.#heardAny;
    this.#reset();
    return cut;
  }

  #isOver(): boolean {
    if (!this.#open || !this.#written || this.#unheard.size > 0) return false;
    this.#reset();
    return true;
  }

  #reset(): void {
    this.#open = false;
    this.#written = true;
    this.#heardAny = false;
    this.#unheard.clear();
  }
}
