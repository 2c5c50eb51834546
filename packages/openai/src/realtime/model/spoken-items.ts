import type { FrameOf } from '@voxrill/core';
import { truncationPoint } from '../../convert/truncation-point.js';
import { realtimeClientEvents } from '../protocol/client-events.js';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import { type ItemMirror, itemOf } from './item-mirror.js';

interface SpokenItem {
  readonly turn: number;
  receivedMs: number;
  /** More audio may come. */
  open: boolean;
}

/** Beyond so many the oldest is taken to have been heard. */
const maxItems = 64;

/**
 * The utterances that have arrived and have not been heard to their end. What the output reports of them is the one number by
 * which the item on the server is cut, so that the model knows what was heard, and nothing else.
 */
export class SpokenItems {
  readonly #mirror: ItemMirror;
  readonly #items = new Map<string, SpokenItem>();
  /** The items of which something was heard, the latest last. */
  #heard: readonly string[] = [];

  constructor(mirror: ItemMirror) {
    this.#mirror = mirror;
  }

  /** Something is being heard, or will be. */
  get any(): boolean {
    return this.#items.size > 0;
  }

  wasHeard(itemId: string): boolean {
    return this.#heard.includes(itemId);
  }

  begin(utterance: string, turn: number): void {
    this.#items.set(utterance, { turn, receivedMs: 0, open: true });
    const oldest = this.#items.keys().next();
    if (this.#items.size > maxItems && oldest.done !== true) this.#items.delete(oldest.value);
  }

  received(utterance: string, ms: number): void {
    const item = this.#items.get(utterance);
    if (item !== undefined) item.receivedMs += ms;
  }

  /** No more audio comes of it. */
  ended(utterance: string): void {
    const item = this.#items.get(utterance);
    if (item === undefined) return;
    item.open = false;
    // What has no sound is not played, and not reported.
    if (item.receivedMs === 0) this.#items.delete(utterance);
  }

  /** The output tells what was heard; returns what the server is to be told. */
  heard({ utterance, playedMs, state }: FrameOf<'bot-spoke'>): readonly RealtimeClientEvent[] {
    const item = this.#items.get(utterance);
    if (item === undefined || state === 'playing') return [];
    this.#items.delete(utterance);
    const itemId = itemOf(utterance);
    if (playedMs > 0) this.#heard = [...this.#heard, itemId].slice(-maxItems);
    if (state === 'complete') return [];
    const point = truncationPoint({ playedMs, receivedMs: item.receivedMs, expectsMore: item.open });
    if (point.kind === 'none') return [];
    if (point.kind === 'delete') return this.#mirror.drop(itemId);
    return [realtimeClientEvents.truncateItem(itemId, point.audioEndMs)];
  }

  /** Everything older than `turn` is dead; what of it was not reported by now was never heard. */
  interrupted(turn: number): readonly RealtimeClientEvent[] {
    const unheard = [...this.#items].filter(([, item]) => item.turn < turn);
    for (const [utterance] of unheard) this.#items.delete(utterance);
    return unheard.flatMap(([utterance]) => this.#mirror.drop(itemOf(utterance)));
  }
}
