import type { SpeechSettings } from '@voxrill/core';
import type { RealtimeResponseSettings, RealtimeServerEvent, RealtimeServerEvents, RealtimeServerItem } from '@voxrill/openai';
import type { Conversation, StoredItem } from '../conversation/conversation.js';

/** What the parts of one response share. */
export interface ResponseScope {
  readonly id: string;
  readonly settings: RealtimeResponseSettings;
  /** How it is to sound, as the pipeline's services are told. */
  readonly style: SpeechSettings;
  /** Absent of a response beside the conversation, whose items nobody keeps. */
  readonly conversation: Conversation | undefined;
  readonly say: RealtimeServerEvents;
  send(event: RealtimeServerEvent): void;
  nextId(prefix: string): string;
}

/** Puts an item at the end of the conversation, and tells that it begins. Returns the id of the item before it. */
export function beginItem(scope: ResponseScope, outputIndex: number, stored: StoredItem): string | null {
  const { conversation, say, send, id } = scope;
  const { item } = stored;
  const after = conversation?.lastId ?? null;
  conversation?.insert(stored, after);
  send(say.outputItemAdded(id, outputIndex, item));
  if (conversation !== undefined) send(say.itemAdded(item, after));
  return after;
}

/** Tells that an item is whole, or cut off. */
export function closeItem(scope: ResponseScope, outputIndex: number, item: RealtimeServerItem, after: string | null): void {
  const { conversation, say, send, id } = scope;
  if (conversation !== undefined) send(say.itemDone(item, after));
  send(say.outputItemDone(id, outputIndex, item));
}
