import type { RealtimeServerItem } from '@voxrill/openai';
import type { BotSpeech } from './bot-speech.js';
import type { ItemAudio } from './item-audio.js';
import type { UserSpeech } from './user-speech.js';

/** An item, and what is known of it beyond what the client is told. */
export interface StoredItem {
  readonly item: RealtimeServerItem;
  readonly audio?: ItemAudio;
  /** Of an item that the user has spoken. */
  readonly userSpeech?: UserSpeech;
  /** Of an item that the bot speaks. */
  readonly botSpeech?: BotSpeech;
  /** The client has said that no more than this was heard. */
  readonly heardMs?: number;
}

/** Where an item goes: at the end, at the beginning, or behind another. */
export type ItemPlace = string | null | undefined;

/** The items of one connection, in order. Nothing is forgotten but by the client, and audio beyond its bound. */
export class Conversation {
  readonly id: string;
  readonly #order: string[] = [];
  readonly #items = new Map<string, StoredItem>();
  readonly #calls = new Set<string>();
  /** So much audio of items is kept. */
  readonly maxAudioBytes: number;
  /** The sizes of texts, by item. */
  readonly #sizes = new Map<string, number>();
  #textBytes = 0;

  constructor(id: string, maxAudioBytes: number) {
    this.id = id;
    this.maxAudioBytes = maxAudioBytes;
  }

  get size(): number {
    return this.#order.length;
  }

  /** About how much memory the texts take. */
  get textBytes(): number {
    return this.#textBytes;
  }

  get lastId(): string | null {
    return this.#order.at(-1) ?? null;
  }

  get(id: string): StoredItem | undefined {
    return this.#items.get(id);
  }

  all(): readonly StoredItem[] {
    return this.#order.flatMap((id) => this.#items.get(id) ?? []);
  }

  hasCall(callId: string): boolean {
    return this.#calls.has(callId);
  }

  /** The id of the item before that place, null if none is; undefined if there is no such place. */
  before(place: ItemPlace): string | null | undefined {
    if (place === null || place === undefined) return this.lastId;
    if (place === 'root') return null;
    return this.#items.has(place) ? place : undefined;
  }

  /** `after`: what {@link before} has answered. */
  insert(stored: StoredItem, after: string | null): void {
    const { id } = stored.item;
    this.#order.splice(after === null ? 0 : this.#order.indexOf(after) + 1, 0, id);
    if (stored.item.type === 'function_call' && typeof stored.item.call_id === 'string') this.#calls.add(stored.item.call_id);
    this.#put(id, stored);
    this.#boundAudio();
  }

  /** Changes an item in place, if it is still there. */
  update(id: string, change: (stored: StoredItem) => StoredItem): void {
    const stored = this.#items.get(id);
    if (stored !== undefined) this.#put(id, change(stored));
    this.#boundAudio();
  }

  delete(id: string): void {
    const stored = this.#items.get(id);
    if (stored === undefined) return;
    this.#items.delete(id);
    this.#order.splice(this.#order.indexOf(id), 1);
    this.#textBytes -= this.#sizes.get(id) ?? 0;
    this.#sizes.delete(id);
    const { item } = stored;
    if (item.type === 'function_call' && typeof item.call_id === 'string') this.#calls.delete(item.call_id);
  }

  #put(id: string, stored: StoredItem): void {
    const bytes = JSON.stringify(stored.item).length;
    this.#textBytes += bytes - (this.#sizes.get(id) ?? 0);
    this.#sizes.set(id, bytes);
    this.#items.set(id, stored);
  }

  /** Beyond the bound the oldest audio goes, and its item stays. */
  #boundAudio(): void {
    let bytes = 0;
    for (const stored of this.#items.values()) bytes += stored.audio?.bytes ?? 0;
    for (const id of this.#order) {
      if (bytes <= this.maxAudioBytes) return;
      const stored = this.#items.get(id);
      if (stored?.audio === undefined) continue;
      bytes -= stored.audio.bytes;
      const { audio: _, ...rest } = stored;
      this.#items.set(id, rest);
    }
  }
}
