import { isDeeperThan, isTextDeeperThan } from './nesting.js';
import { peekNames } from './peek-names.js';
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

/** No event goes deeper, and who writes it down again would run out of stack with what does. */
const maxLevels = 128;
/** A text of so many characters is looked at before it is read. */
const longChars = 65_536;

/** Reads a text, or takes a value, as far as it is an event at all. */
export function readWireEvent(given: unknown, maxEventChars: number): Read {
  if (typeof given !== 'string') return asEvent(given);
  if (given.length > maxEventChars) {
    return unreadable(given, 'string_above_max_length', `The event is too long. Expected at most ${maxEventChars} characters.`);
  }
  const tooDeep = (): Read =>
    unreadable(given, 'invalid_event', `The event is nested too deep. Expected at most ${maxLevels} levels.`);
  const isLong = given.length > longChars;
  if (isLong && isTextDeeperThan(given, maxLevels)) return tooDeep();
  let value: unknown;
  try {
    value = JSON.parse(given);
  } catch {
    return unreadable(given, 'invalid_json', 'The event is not valid JSON.');
  }
  if (!isLong && isDeeperThan(value, maxLevels)) return tooDeep();
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

function unreadable(text: string, code: string, message: string): Read {
  const { type, eventId } = peekNames(text);
  return { kind: 'invalid', type, eventId, error: invalidRequest(code, message, { eventId }), raw: text };
}
