import { invalidRequest, type RealtimeClientEventOf, type RealtimeErrorDetail, type RealtimeServerItem } from '@voxrill/openai';
import type { CallScope } from '../call/call-scope.js';
import { withoutText } from '../response/message-writer.js';
import type { ItemAudio } from './item-audio.js';
import { newItem } from './new-item.js';
import type { Transcripts } from './transcripts.js';
import type { UserSpeech } from './user-speech.js';

/** Answers what a client wants of the items of its conversation. */
export class ItemDesk {
  readonly #call: CallScope;
  readonly #transcripts: Transcripts;
  readonly #hear: (audio: ItemAudio) => UserSpeech;

  constructor(call: CallScope, transcripts: Transcripts, hear: (audio: ItemAudio) => UserSpeech) {
    this.#call = call;
    this.#transcripts = transcripts;
    this.#hear = hear;
  }

  create(event: RealtimeClientEventOf<'conversation.item.create'>): void {
    const { conversation, say, limits } = this.#call;
    const { previous_item_id: place, item } = event;
    const eventId = event.event_id ?? undefined;
    const after = conversation.before(place);
    if (after === undefined) {
      const message = `Error creating item: the item with id '${String(place).slice(0, 100)}' does not exist.`;
      this.#call.refuse(invalidRequest('item_create_invalid_previous_item_id', message, { param: 'previous_item_id', eventId }));
      return;
    }
    if (typeof item.id === 'string' && conversation.get(item.id) !== undefined) {
      const message = `Error creating item: there is an item with id '${item.id.slice(0, 100)}' already.`;
      this.#call.refuse(invalidRequest('item_create_duplicate_item_id', message, { param: 'item.id', eventId }));
      return;
    }
    if (conversation.size >= limits.items || conversation.textBytes >= limits.textBytes) {
      this.#call.refuse(full(eventId));
      return;
    }
    const made = newItem(item, this.itemScope, { param: 'item', eventId });
    if (made.kind === 'refused') {
      this.#call.refuse(made.error);
      return;
    }
    const { stored } = made;
    conversation.insert(stored, after);
    this.#call.send(say.itemAdded(stored.item, after));
    this.#call.send(say.itemDone(stored.item, after));
    if (stored.userSpeech !== undefined) this.#transcripts.watch(stored.item.id, stored.userSpeech);
  }

  retrieve(event: RealtimeClientEventOf<'conversation.item.retrieve'>): void {
    const stored = this.#call.conversation.get(event.item_id);
    if (stored === undefined) {
      this.#unknown('item_retrieve_invalid_item_id', 'retrieving', event);
      return;
    }
    const { input, output } = this.#call.session.audio;
    const of = stored.item.type === 'message' && stored.item.role === 'assistant' ? output : input;
    this.#call.send(this.#call.say.itemRetrieved(withAudio(stored.item, stored.audio?.base64(of.format))));
  }

  truncate(event: RealtimeClientEventOf<'conversation.item.truncate'>): void {
    const { item_id: id, content_index: index, audio_end_ms: endMs } = event;
    const eventId = event.event_id ?? undefined;
    const stored = this.#call.conversation.get(id);
    if (stored === undefined) {
      this.#unknown('item_truncate_invalid_item_id', 'truncating', event);
      return;
    }
    const speech = stored.botSpeech;
    if (speech === undefined) {
      const message = 'Only model output audio messages can be truncated';
      this.#call.refuse(invalidRequest('unsupported_content_type', message, { param: 'item_id', eventId }));
      return;
    }
    if (index !== 0) {
      const message = `Error truncating item: there is no content part ${index}.`;
      this.#call.refuse(invalidRequest('invalid_value', message, { param: 'content_index', eventId }));
      return;
    }
    const audioMs = Math.min(speech.audioMs, stored.heardMs ?? Number.POSITIVE_INFINITY);
    if (endMs > audioMs) {
      const message = `Audio content of ${Math.floor(audioMs)}ms is already shorter than ${endMs}ms`;
      this.#call.refuse(invalidRequest('invalid_value', message, { param: 'audio_end_ms', eventId }));
      return;
    }
    stored.audio?.cut(endMs);
    this.#call.conversation.update(id, (before) => ({ ...before, heardMs: endMs, item: withoutText(before.item) }));
    this.#call.send(this.#call.say.itemTruncated(id, index, endMs));
  }

  delete(event: RealtimeClientEventOf<'conversation.item.delete'>): void {
    if (this.#call.conversation.get(event.item_id) === undefined) {
      this.#unknown('item_delete_invalid_item_id', 'deleting', event);
      return;
    }
    this.#call.conversation.delete(event.item_id);
    this.#call.send(this.#call.say.itemDeleted(event.item_id));
  }

  /** With what items of clients are made. */
  get itemScope() {
    const { conversation, nextId } = this.#call;
    return {
      inputFormat: this.#call.session.audio.input.format,
      nextId,
      hasCall: (callId: string) => conversation.hasCall(callId),
      hear: this.#hear,
    };
  }

  #unknown(
    code: string,
    doing: string,
    event: { readonly item_id: string; readonly event_id?: string | null | undefined },
  ): void {
    const message = `Error ${doing} item: the item with id '${event.item_id.slice(0, 100)}' does not exist.`;
    this.#call.refuse(invalidRequest(code, message, { param: 'item_id', eventId: event.event_id ?? undefined }));
  }
}

const full = (eventId: string | undefined): RealtimeErrorDetail =>
  invalidRequest('conversation_full', 'The conversation has no room for another item: delete some that are not needed.', {
    param: 'item',
    eventId,
  });

/** An item as `conversation.item.retrieved` shows it: all of its audio is in its first spoken part. */
function withAudio(item: RealtimeServerItem, audio = ''): RealtimeServerItem {
  if (item.type !== 'message' || audio === '') return item;
  if (item.role === 'user') {
    const at = item.content.findIndex(({ type }) => type === 'input_audio');
    return {
      ...item,
      content: item.content.map((part, i) => (i === at && part.type === 'input_audio' ? { ...part, audio } : part)),
    };
  }
  if (item.role !== 'assistant') return item;
  const at = item.content.findIndex(({ type }) => type === 'output_audio');
  return {
    ...item,
    content: item.content.map((part, i) => (i === at && part.type === 'output_audio' ? { ...part, audio } : part)),
  };
}
