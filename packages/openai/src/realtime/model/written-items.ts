import type { FrameOf } from '@voxrill/core';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import type { ItemMirror } from './item-mirror.js';

interface WrittenAnswer {
  readonly turn: number;
  readonly items: string[];
  heard: boolean;
}

/** Beyond so many answers the oldest is taken to have been heard. */
const maxAnswers = 16;

/**
 * The answers that came as text, for a voice behind to speak: it names its utterances by itself, so what the output reports is
 * told by the response that it belongs to.
 */
export class WrittenItems {
  readonly #mirror: ItemMirror;
  readonly #answers = new Map<string, WrittenAnswer>();
  /** There is a voice; without one, what was written counts as read. */
  #voice = false;

  constructor(mirror: ItemMirror) {
    this.#mirror = mirror;
  }

  /** An item of text has begun. */
  written(responseId: string, itemId: string, turn: number): void {
    const answer = this.#answers.get(responseId) ?? { turn, items: [], heard: false };
    if (!answer.items.includes(itemId)) answer.items.push(itemId);
    this.#answers.set(responseId, answer);
    const oldest = this.#answers.keys().next();
    if (this.#answers.size > maxAnswers && oldest.done !== true) this.#answers.delete(oldest.value);
  }

  /** The output tells what was heard. */
  heard({ utterance, response, text }: FrameOf<'bot-spoke'>): void {
    const answer = response === undefined ? undefined : this.#answers.get(response);
    if (answer === undefined || text === '') return;
    this.#voice = true;
    answer.heard = true;
    this.#mirror.isPartOf(utterance, answer.items);
  }

  /** Everything older than `turn` is dead; what of it was not heard by now is not remembered. */
  interrupted(turn: number): readonly RealtimeClientEvent[] {
    const dead = [...this.#answers].filter(([, answer]) => answer.turn < turn);
    for (const [response] of dead) this.#answers.delete(response);
    if (!this.#voice) return [];
    return dead.flatMap(([, { heard, items }]) => (heard ? [] : items.flatMap((id) => this.#mirror.drop(id))));
  }
}
