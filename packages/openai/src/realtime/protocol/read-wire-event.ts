import { invalidRequest, type RealtimeErrorDetail } from './protocol-error.js';
import { isObject, type RealtimeWireEvent } from './wire-object.js';

type Read =
  | { readonly kind: 'read'; readonly raw: RealtimeWireEvent; readonly eventId: string | undefined }
  | {
      readonly kind: 'invalid';
      readonly type: string | undefined;
      readonly eventId: string | undefined;
      readonly error: RealtimeErrorDetail;
      readonly raw: unknown;
    };

/** As far as this is looked for the names of a text that cannot be read. */
const peekChars = 2048;
const namedType = /"type"\s*:\s*"([\w.]{1,128})"/;
const namedId = /"event_id"\s*:\s*"([^"\\]{1,512})"/;

/** Reads a text, or takes a value, as far as it is an event at all. */
export function readWireEvent(given: unknown, maxEventChars: number): Read {
  if (typeof given !== 'string') return asEvent(given);
  if (given.length > maxEventChars) {
    return unreadable(given, 'string_above_max_length', `The event is too long. Expected at most ${maxEventChars} characters.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(given);
  } catch {
    return unreadable(given, 'invalid_json', 'The event is not valid JSON.');
  }
  return asEvent(value);
}

function asEvent(value: unknown): Read {
  const invalid = (message: string, param?: string, eventId?: string): Read => {
    const error = invalidRequest('invalid_event', message, { ...(param === undefined ? {} : { param }), eventId });
    return { kind: 'invalid', type: undefined, eventId, error, raw: value };
  };
  if (!isObject(value)) return invalid('An event must be a JSON object.');
  const eventId = typeof value.event_id === 'string' && value.event_id.length <= 512 ? value.event_id : undefined;
  if (value.type === undefined) return invalid("The 'type' field is missing.", 'type', eventId);
  if (!isTyped(value)) return invalid("The 'type' field must be a string.", 'type', eventId);
  return { kind: 'read', raw: value, eventId };
}

const isTyped = (value: Readonly<Record<string, unknown>>): value is RealtimeWireEvent => typeof value.type === 'string';

/** The beginning and the end of a text are searched: clients write the audio between the two, or last. */
function unreadable(text: string, code: string, message: string): Read {
  const ends = text.length <= 2 * peekChars ? text : `${text.slice(0, peekChars)}\n${text.slice(-peekChars)}`;
  const type = namedType.exec(ends)?.[1];
  const eventId = namedId.exec(ends)?.[1];
  return { kind: 'invalid', type, eventId, error: invalidRequest(code, message, { eventId }), raw: text };
}
