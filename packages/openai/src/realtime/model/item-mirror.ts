import { type ChatMessage, packedHistory, utterancesOf } from '@voxrill/core';
import type { RealtimeDialect } from '../../convert/realtime-item.js';
import { itemsOf } from '../../convert/to-realtime.js';
import { realtimeClientEvents } from '../protocol/client-events.js';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';

/** Options of {@link ItemMirror}. */
export interface ItemMirrorOptions {
  readonly family: RealtimeDialect;
  /** How a conversation that went before is told to a fresh session. */
  readonly history: 'items' | 'packed';
  /** What the ids of items begin with that are made here. */
  readonly prefix: string;
}

/** How many items are known at the most; half of those that are in no message are then forgotten, the oldest first. */
const maxItems = 8192;

/** What a server has to be told so that its conversation is ours again. */
export interface MirrorNews {
  readonly events: readonly RealtimeClientEvent[];
  /** Something is among it that wants an answer: what the user wrote, what a tool has answered. What is to be remembered does not. */
  readonly asks: boolean;
}

/**
 * Knows which messages of our conversation stand in that of the server, and as which items. What the server has heard or said
 * itself is known by the utterances that a message is made of, and is not sent again; what our side changes or drops is
 * deleted there, so that a policy that makes the conversation shorter does so on the server as well.
 */
export class ItemMirror {
  readonly #options: ItemMirrorOptions;
  readonly #onServer = new Set<string>();
  readonly #placed = new Map<ChatMessage, readonly string[]>();
  /** Utterances of a voice of our own, and the items of text that they were made of. */
  readonly #spokenFrom = new Map<string, readonly string[]>();
  readonly #calls = new Map<string, string>();
  readonly #outputs = new Map<string, string>();
  #fresh = true;
  #count = 0;

  constructor(options: ItemMirrorOptions) {
    this.#options = options;
  }

  /** The server has an item that was heard or said in its own session. */
  has(itemId: string): void {
    this.#onServer.add(itemId);
    if (this.#onServer.size > maxItems) this.#forgetOldest();
  }

  /** A voice has spoken an utterance of these items, which are text. */
  isPartOf(utterance: string, items: readonly string[]): void {
    this.#spokenFrom.set(utterance, items);
    const oldest = this.#spokenFrom.keys().next();
    if (this.#spokenFrom.size > maxItems && oldest.done !== true) this.#spokenFrom.delete(oldest.value);
  }

  /** The model has called a tool. */
  called(callId: string, itemId: string): void {
    this.has(itemId);
    this.#calls.set(callId, itemId);
  }

  /** Deletes an item that nobody has heard, or that nobody waits for. */
  drop(itemId: string): readonly RealtimeClientEvent[] {
    if (!this.#onServer.delete(itemId)) return [];
    for (const known of [this.#calls, this.#outputs]) {
      for (const [callId, id] of known) if (id === itemId) known.delete(callId);
    }
    return [realtimeClientEvents.deleteItem(itemId)];
  }

  /** The name for an item that is made here. */
  nextId(): string {
    return `${this.#options.prefix}_${++this.#count}`;
  }

  /** Brings the server's conversation up to `said`: the messages behind the system messages at the head. */
  sync(said: readonly ChatMessage[]): MirrorNews {
    const packed = this.#pack(said);
    this.#fresh = false;
    const events: RealtimeClientEvent[] = [...this.#deleted(said), ...packed];
    let asks = false;
    let after = 'root';
    const known = said.map((message) => this.#idsOf(message));
    const lastKnown = known.findLastIndex((ids) => ids !== undefined);
    const lastReply = said.findLastIndex(({ role }) => role === 'assistant');
    for (const [index, message] of said.entries()) {
      const ids = known[index] ?? this.#create(message, index > lastKnown ? undefined : after, events);
      // What went before the last reply was answered, and is only told anew.
      asks ||= known[index] === undefined && index > lastReply && (message.role === 'user' || message.role === 'tool');
      this.#placed.set(message, ids);
      after = ids.at(-1) ?? after;
    }
    return { events, asks };
  }

  /** What stands there and is not part of the conversation any more. */
  #deleted(said: readonly ChatMessage[]): readonly RealtimeClientEvent[] {
    const present = new Set(said);
    const kept = new Set(said.flatMap((message) => this.#idsOf(message) ?? []));
    const gone: string[] = [];
    for (const [message, ids] of this.#placed) {
      if (present.has(message)) continue;
      this.#placed.delete(message);
      gone.push(...ids.filter((id) => !kept.has(id)));
    }
    // What is only partly the server's own goes in whole, as text.
    for (const message of said) {
      if (this.#idsOf(message) === undefined)
        gone.push(
          ...utterancesOf(message)
            .flatMap((utterance) => this.#itemsOf(utterance))
            .filter((id) => !kept.has(id)),
        );
    }
    return gone.flatMap((id) => this.drop(id));
  }

  #pack(said: readonly ChatMessage[]): readonly RealtimeClientEvent[] {
    const answered = said.findLastIndex(({ role }) => role === 'assistant' || role === 'tool') + 1;
    if (!this.#fresh || this.#options.history !== 'packed' || answered === 0) return [];
    const id = this.nextId();
    // What is to be remembered is said by nobody, and stays what it is.
    for (const message of said.slice(0, answered)) if (!isSystem(message)) this.#placed.set(message, [id]);
    this.has(id);
    return itemsOf(packedHistory(said.slice(0, answered)), this.#options.family, 'transcript').map((item) =>
      realtimeClientEvents.createItem({ ...item, id }),
    );
  }

  /** What belongs to no message, as far as is known. */
  #forgetOldest(): void {
    const needed = new Set([...this.#placed.values()].flat());
    const oldest = [...this.#onServer].filter((id) => !needed.has(id)).slice(0, maxItems / 2);
    for (const id of oldest) this.#onServer.delete(id);
    for (const calls of [this.#calls, this.#outputs])
      for (const [callId, id] of calls) if (!this.#onServer.has(id)) calls.delete(callId);
  }

  #create(message: ChatMessage, after: string | undefined, events: RealtimeClientEvent[]): readonly string[] {
    let previous = after;
    return itemsOf(message, this.#options.family, 'transcript').map((item) => {
      const id = this.nextId();
      if (item.type === 'function_call' && item.call_id !== undefined) this.#calls.set(item.call_id, id);
      if (item.type === 'function_call_output') this.#outputs.set(item.call_id, id);
      this.has(id);
      events.push(realtimeClientEvents.createItem({ ...item, id }, previous));
      if (previous !== undefined) previous = id;
      return id;
    });
  }

  /** The items that a message is on the server already. */
  #idsOf(message: ChatMessage): readonly string[] | undefined {
    const ids = this.#placed.get(message) ?? this.#ownIdsOf(message);
    return ids?.every((id) => this.#onServer.has(id)) === true ? ids : undefined;
  }

  #itemsOf(utterance: string): readonly string[] {
    return this.#spokenFrom.get(utterance) ?? [itemOf(utterance)];
  }

  #ownIdsOf(message: ChatMessage): readonly string[] | undefined {
    const spoken = utterancesOf(message);
    // A text of which only a part was heard is another one.
    const cut = message.role === 'assistant' && message.interrupted === true;
    if (cut && spoken.some((utterance) => this.#spokenFrom.has(utterance))) return undefined;
    if (spoken.length > 0) return [...new Set(spoken.flatMap((utterance) => this.#itemsOf(utterance)))];
    if (message.role === 'tool') return present([this.#outputs.get(message.tool_call_id)]);
    if (message.role !== 'assistant' || message.tool_calls === undefined || (message.content ?? '') !== '') return undefined;
    return present(message.tool_calls.map(({ id }) => this.#calls.get(id)));
  }
}

const isSystem = ({ role }: ChatMessage): boolean => role === 'system' || role === 'developer';

function present(ids: readonly (string | undefined)[]): readonly string[] | undefined {
  const known = ids.filter((id) => id !== undefined);
  return known.length > 0 && known.length === ids.length ? known : undefined;
}

/** The item that an utterance is, or is a part of. */
export function itemOf(utterance: string): string {
  const part = utterance.indexOf('/');
  return part === -1 ? utterance : utterance.slice(0, part);
}
