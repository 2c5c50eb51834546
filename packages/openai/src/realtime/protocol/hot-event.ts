import { isBase64 } from './schema/field.js';
import type { RealtimeWireEvent } from './wire-object.js';

const isId = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.length <= 512);

/**
 * Whether an event is audio and certainly right. These two come by fifty times a second in each direction, and are looked at
 * by hand; what is not certainly right goes to its schema, which can say why. Members beside the known ones are not counted.
 */
export function isSoundAudio(event: RealtimeWireEvent): boolean {
  if (event.type === 'input_audio_buffer.append') {
    return typeof event.audio === 'string' && isId(event.event_id) && isBase64(event.audio);
  }
  return (
    event.type === 'response.output_audio.delta' &&
    typeof event.delta === 'string' &&
    typeof event.response_id === 'string' &&
    typeof event.item_id === 'string' &&
    Number.isSafeInteger(event.output_index) &&
    Number.isSafeInteger(event.content_index) &&
    isId(event.event_id) &&
    isBase64(event.delta)
  );
}
