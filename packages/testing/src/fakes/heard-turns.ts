import { type ChatMessage, utterancesOf } from '@voxrill/core';

interface HeardTurn {
  readonly item: string;
  readonly text: string;
  /** Behind so many messages of the conversation; unknown until that is told. */
  readonly behind: number | undefined;
}

/** Of how many turns without a transcript it is remembered what was said; beyond it the oldest is forgotten. */
const maxTurns = 256;

/** What a model has heard itself: it knows of it also where the conversation has no word of it. */
export class HeardTurns {
  #turns: readonly HeardTurn[] = [];

  add(item: string, text: string): void {
    this.#turns = [...this.#turns, { item, text, behind: undefined }].slice(-maxTurns);
  }

  /** The conversation with what was heard and is not written in it. */
  among(messages: readonly ChatMessage[]): readonly ChatMessage[] {
    const written = new Set(messages.flatMap((message) => utterancesOf(message)));
    this.#turns = this.#turns
      .filter(({ item }) => !written.has(item))
      .map((turn) => ({ ...turn, behind: turn.behind ?? messages.length }));
    const heardBehind = (count: number): readonly ChatMessage[] =>
      this.#turns
        .filter(({ behind = 0 }) => Math.min(behind, messages.length) === count)
        .map(({ text }) => ({ role: 'user', content: text }));
    return [...heardBehind(0), ...messages.flatMap((message, index) => [message, ...heardBehind(index + 1)])];
  }
}
