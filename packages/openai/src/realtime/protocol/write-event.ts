import type { RealtimeDialectName } from './dialect.js';
import type { RealtimeClientEvent } from './schema/client-event-schema.js';
import type { RealtimeServerEvent } from './schema/server-event-schema.js';
import { toDialect } from './to-dialect.js';

/**
 * Writes an event as the text that goes over the wire; undefined when the dialect has no such event and nothing is to be sent.
 *
 * @example
 * ```ts
 * console.log(writeRealtimeEvent(realtimeClientEvents.commitAudio(), 'ga')); // {"type":"input_audio_buffer.commit"}
 * ```
 */
export function writeRealtimeEvent(
  event: RealtimeClientEvent | RealtimeServerEvent,
  dialect: RealtimeDialectName,
): string | undefined {
  const wire = toDialect(event, dialect);
  return wire === undefined ? undefined : JSON.stringify(wire);
}
