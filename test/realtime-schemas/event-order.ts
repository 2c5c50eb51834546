import { type Members, objectIn, objectsIn, textIn } from './member.js';
import type { Fault } from './part-order.js';
import { ResponseOrder } from './response-order.js';

interface KnownItem {
  readonly role: string | undefined;
  done: boolean;
}

/**
 * The rules about the order of events on one connection, as the validator of the published schemas has them: what comes before
 * what, what comes once, and what must have come at the end.
 */
export class EventOrder {
  readonly #family: string;
  readonly #fault: Fault;
  readonly #eventIds = new Set<string>();
  readonly #clientIds = new Set<string>();
  readonly #items = new Map<string, KnownItem>();
  readonly #committed = new Set<string>();
  readonly #responses = new Map<string, ResponseOrder>();
  #started = false;
  #speech: Members | undefined;

  constructor(family: string, fault: Fault) {
    this.#family = family;
    this.#fault = fault;
  }

  fromClient(event: Members): void {
    const id = textIn(event, 'event_id');
    if (id !== undefined) this.#clientIds.add(id);
  }

  fromServer(event: Members): void {
    const type = textIn(event, 'type') ?? '';
    this.#eventId(textIn(event, 'event_id'));
    this.#begin(type);
    if (type === 'error') this.#error(objectIn(event, 'error'));
    else if (type.startsWith('input_audio_buffer.')) this.#buffer(type, event);
    else if (type.startsWith('conversation.item.')) this.#item(type, event);
    else if (type === 'response.created') this.#response(objectIn(event, 'response'));
    else if (type.startsWith('response.')) this.#ofResponse(type, event);
  }

  /** The connection is over. */
  end(): void {
    for (const { done, id } of this.#responses.values()) if (!done) this.#fault(`response ${id} never reached response.done`);
    for (const id of this.#committed) this.#fault(`the committed item ${id} was never announced`);
  }

  #eventId(id: string | undefined): void {
    if (id === undefined) return;
    if (this.#eventIds.has(id)) this.#fault(`event_id ${id} came twice`);
    this.#eventIds.add(id);
  }

  #begin(type: string): void {
    const first = ['session.created', 'transcription_session.created', 'error'];
    if (!this.#started && !first.includes(type)) this.#fault(`the first event is ${type}`);
    if (this.#started && type === 'session.created') this.#fault('a second session.created');
    this.#started = true;
  }

  #error(error: Members): void {
    const cause = textIn(error, 'event_id');
    if (cause !== undefined && !this.#clientIds.has(cause)) this.#fault(`an error names ${cause}, which the client never sent`);
  }

  #buffer(type: string, event: Members): void {
    const id = textIn(event, 'item_id') ?? '';
    switch (type) {
      case 'input_audio_buffer.speech_started':
        if (this.#speech !== undefined) this.#fault('speech_started while speech is active');
        this.#speech = event;
        return;
      case 'input_audio_buffer.speech_stopped':
        if (this.#speech === undefined) this.#fault('speech_stopped without speech_started');
        else if (this.#speech.item_id !== id) this.#fault('speech_stopped names another item than speech_started');
        else if (Number(event.audio_end_ms) < Number(this.#speech.audio_start_ms)) this.#fault('speech ends before it starts');
        this.#speech = undefined;
        return;
      case 'input_audio_buffer.cleared':
        this.#speech = undefined;
        return;
      case 'input_audio_buffer.committed':
        if (this.#speech !== undefined && this.#speech.item_id !== id) this.#fault('a commit in speech names another item');
        this.#speech = undefined;
        this.#committed.add(id);
    }
  }

  #item(type: string, event: Members): void {
    const id = textIn(event, 'item_id') ?? '';
    const known = this.#items.get(id);
    switch (type) {
      case 'conversation.item.created':
      case 'conversation.item.added':
        this.#announced(type, event);
        return;
      case 'conversation.item.done':
        this.#itemDone(textIn(objectIn(event, 'item'), 'id') ?? '');
        return;
      case 'conversation.item.deleted':
        if (known === undefined) this.#fault(`${id} was deleted, and never added`);
        return;
      case 'conversation.item.truncated':
        if (known === undefined) this.#fault(`${id} was truncated, and never added`);
        else if (known.role !== 'assistant') this.#fault(`${id} was truncated, and is not the assistant's`);
        return;
      default:
        if (!type.includes('input_audio_transcription') || known !== undefined || this.#committed.has(id)) return;
        this.#fault(`${type} for the unknown item ${id}`);
    }
  }

  #announced(type: string, event: Members): void {
    const item = objectIn(event, 'item');
    const id = textIn(item, 'id') ?? '';
    if (this.#family === 'ga' && type === 'conversation.item.created') this.#fault('conversation.item.created is not sent in GA');
    if (this.#items.has(id)) this.#fault(`item ${id} was announced twice`);
    const heard = objectsIn(item, 'content').some((part) => part.type === 'input_audio');
    if (this.#committed.has(id) && !heard) this.#fault(`the committed item ${id} has no input_audio`);
    const before = textIn(event, 'previous_item_id');
    if (before !== undefined && !this.#items.has(before)) this.#fault(`${id} follows ${before}, which is unknown`);
    this.#items.set(id, { role: textIn(item, 'role'), done: false });
    this.#committed.delete(id);
  }

  #itemDone(id: string): void {
    const known = this.#items.get(id);
    if (known === undefined) this.#fault(`${id} is done, and was never added`);
    else if (known.done) this.#fault(`a second conversation.item.done of ${id}`);
    else known.done = true;
  }

  #response(given: Members): void {
    const response = new ResponseOrder(given, this.#fault, (id) => this.#items.has(id));
    if (this.#responses.has(response.id)) this.#fault(`response ${response.id} was created twice`);
    const active = [...this.#responses.values()].find(({ done, inConversation }) => !done && inConversation);
    if (active !== undefined && response.inConversation) this.#fault(`${response.id} was created while ${active.id} is active`);
    this.#responses.set(response.id, response);
  }

  #ofResponse(type: string, event: Members): void {
    const id = textIn(event, 'response_id') ?? textIn(objectIn(event, 'response'), 'id');
    if (id === undefined) return;
    const response = this.#responses.get(id);
    if (response === undefined) this.#fault(`${type} of response ${id}, which was never created`);
    else response.take(type, event);
  }
}
