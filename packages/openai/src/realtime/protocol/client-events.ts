import type { RealtimeItem } from '../../convert/realtime-item.js';
import { encodeAudio } from './audio-base64.js';
import { itemFromWire } from './item-dialect.js';
import type { RealtimeClientEvent } from './schema/client-event-schema.js';
import type { RealtimeConversationItem } from './schema/item-schema.js';
import type { RealtimeResponseParams } from './schema/response-schema.js';
import type { RealtimeSession } from './schema/session-schema.js';

/** The client event of one type. */
export type RealtimeClientEventOf<T extends RealtimeClientEvent['type']> = Extract<RealtimeClientEvent, { type: T }>;

const id = (eventId: string | undefined) => (eventId === undefined ? {} : { event_id: eventId });

/**
 * Makes the events that a client sends. The last argument of each is the id that an error would name the event by; it may be
 * left out. {@link writeRealtimeEvent} turns them into text.
 *
 * @example
 * ```ts
 * const event = realtimeClientEvents.truncateItem('item_1', 1234.5);
 * console.log(event.audio_end_ms); // 1234
 * ```
 */
export const realtimeClientEvents = {
  updateSession: (session: RealtimeSession, eventId?: string): RealtimeClientEventOf<'session.update'> => ({
    type: 'session.update',
    ...id(eventId),
    session,
  }),
  /** `audio`: bytes, or samples, in the input format of the session; or base64 of them. */
  appendAudio: (
    audio: Uint8Array | Int16Array | string,
    eventId?: string,
  ): RealtimeClientEventOf<'input_audio_buffer.append'> => ({
    type: 'input_audio_buffer.append',
    ...id(eventId),
    audio: typeof audio === 'string' ? audio : encodeAudio(audio),
  }),
  commitAudio: (eventId?: string): RealtimeClientEventOf<'input_audio_buffer.commit'> => ({
    type: 'input_audio_buffer.commit',
    ...id(eventId),
  }),
  clearAudio: (eventId?: string): RealtimeClientEventOf<'input_audio_buffer.clear'> => ({
    type: 'input_audio_buffer.clear',
    ...id(eventId),
  }),
  /** `after`: the item that it follows, `root` for the beginning; at the end without. Takes what `toRealtime` makes, too. */
  createItem: (
    item: RealtimeConversationItem | RealtimeItem,
    after?: string | null,
    eventId?: string,
  ): RealtimeClientEventOf<'conversation.item.create'> => ({
    type: 'conversation.item.create',
    ...id(eventId),
    ...(after === undefined || after === null ? {} : { previous_item_id: after }),
    // Of the two, only the parts of the assistant have other names, and those are what is changed here.
    item: itemFromWire(item, false) as RealtimeConversationItem,
  }),
  retrieveItem: (itemId: string, eventId?: string): RealtimeClientEventOf<'conversation.item.retrieve'> => ({
    type: 'conversation.item.retrieve',
    ...id(eventId),
    item_id: itemId,
  }),
  /** `heardMs` is cut down to a whole number: the service takes no other. */
  truncateItem: (itemId: string, heardMs: number, eventId?: string): RealtimeClientEventOf<'conversation.item.truncate'> => ({
    type: 'conversation.item.truncate',
    ...id(eventId),
    item_id: itemId,
    content_index: 0,
    audio_end_ms: Math.max(0, Math.floor(heardMs)),
  }),
  deleteItem: (itemId: string, eventId?: string): RealtimeClientEventOf<'conversation.item.delete'> => ({
    type: 'conversation.item.delete',
    ...id(eventId),
    item_id: itemId,
  }),
  createResponse: (response?: RealtimeResponseParams, eventId?: string): RealtimeClientEventOf<'response.create'> => ({
    type: 'response.create',
    ...id(eventId),
    ...(response === undefined ? {} : { response }),
  }),
  /** Without an id, the response of the conversation. */
  cancelResponse: (responseId?: string, eventId?: string): RealtimeClientEventOf<'response.cancel'> => ({
    type: 'response.cancel',
    ...id(eventId),
    ...(responseId === undefined ? {} : { response_id: responseId }),
  }),
  /** Of WebRTC and SIP only, where the server holds the audio that is being played. */
  clearOutputAudio: (eventId?: string): RealtimeClientEventOf<'output_audio_buffer.clear'> => ({
    type: 'output_audio_buffer.clear',
    ...id(eventId),
  }),
} as const;
