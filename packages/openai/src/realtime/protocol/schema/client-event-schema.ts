import { z } from 'zod';
import { audioText, eventId, maybe } from './field.js';
import { itemSchema } from './item-schema.js';
import { responseParamsSchema } from './response-schema.js';
import { sessionSchema } from './session-schema.js';

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), event_id: maybe(eventId), ...shape });

const itemId = { item_id: z.string() };

/** What a client may send, by type, in the words of today; the dialects are translated to it. */
export const clientEventSchemas = {
  'session.update': event('session.update', { session: sessionSchema }),
  'input_audio_buffer.append': event('input_audio_buffer.append', { audio: audioText }),
  'input_audio_buffer.commit': event('input_audio_buffer.commit', {}),
  'input_audio_buffer.clear': event('input_audio_buffer.clear', {}),
  'conversation.item.create': event('conversation.item.create', {
    /** Absent or null: at the end. `root`: at the beginning. */
    previous_item_id: maybe(z.string()),
    item: itemSchema,
  }),
  'conversation.item.retrieve': event('conversation.item.retrieve', itemId),
  'conversation.item.truncate': event('conversation.item.truncate', {
    ...itemId,
    content_index: z.int().min(0),
    audio_end_ms: z.int().min(0),
  }),
  'conversation.item.delete': event('conversation.item.delete', itemId),
  'response.create': event('response.create', { response: maybe(responseParamsSchema) }),
  'response.cancel': event('response.cancel', { response_id: maybe(z.string()) }),
  'output_audio_buffer.clear': event('output_audio_buffer.clear', {}),
};

/** The type of a client event. */
export type RealtimeClientEventType = keyof typeof clientEventSchemas;
/** An event that a client sends, in the one shape that the code knows. */
export type RealtimeClientEvent = {
  [T in RealtimeClientEventType]: z.output<(typeof clientEventSchemas)[T]>;
}[RealtimeClientEventType];
