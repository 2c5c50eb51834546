import type { z } from 'zod';
import { dialects, type RealtimeDialectName } from './dialect.js';
import { flatPlace } from './flat-settings.js';
import { fromDialect, isNestedSession, ourNameOf } from './from-dialect.js';
import { isSoundAudio } from './hot-event.js';
import { errorOfIssue, invalidRequest, pathText, type RealtimeErrorDetail } from './protocol-error.js';
import { readWireEvent } from './read-wire-event.js';
import { clientEventSchemas, type RealtimeClientEvent } from './schema/client-event-schema.js';
import { type RealtimeServerEvent, serverEventSchemas } from './schema/server-event-schema.js';
import { unfamiliarPaths } from './unfamiliar.js';
import { isObject, type RealtimeWireEvent } from './wire-object.js';

/** What came of an event from the wire. */
export type ParsedRealtimeEvent<Event> =
  /** In our words and checked; members that nobody knows are still there. */
  | {
      readonly kind: 'event';
      readonly event: Event;
      /** As it came. */
      readonly raw: RealtimeWireEvent;
      /** Members, and words of servers, that are not known, by their place in `raw`; at most 16. Never fatal. */
      readonly unfamiliar: readonly string[];
    }
  /** Of a type that this side is not known to send: to be counted, passed on, and answered by a server ({@link unknownEventError}). */
  | { readonly kind: 'unknown'; readonly type: string; readonly eventId: string | undefined; readonly raw: RealtimeWireEvent }
  /** Not to be acted on. `type` and `eventId` are known even of most that are cut off or too large. */
  | {
      readonly kind: 'invalid';
      readonly type: string | undefined;
      readonly eventId: string | undefined;
      readonly error: RealtimeErrorDetail;
      readonly raw: unknown;
    };

/** Options of {@link parseClientEvent} and {@link parseServerEvent}. */
export interface ParseEventOptions {
  /**
   * The most characters that an event may have. What is longer is not read at all.
   * @defaultValue 22020096 (21 MiB: audio of 15 MiB, and what is around it)
   */
  readonly maxEventChars?: number;
  /**
   * The most bytes of audio that a client may append at once.
   * @defaultValue 15728640 (15 MiB, as published)
   */
  readonly maxAppendBytes?: number;
}

const mebibyte = 2 ** 20;
const defaultEventChars = 21 * mebibyte;
const defaultAppendBytes = 15 * mebibyte;
const noPaths: readonly string[] = [];

/**
 * Reads an event of a client at the door of a server: text, or a value that was text. Never throws. Closed lists of words are
 * closed: a client is told what it got wrong, by the name that the member has in its dialect.
 *
 * @example
 * ```ts
 * const parsed = parseClientEvent('{"type":"conversation.item.delete","event_id":"e1"}', 'ga');
 * if (parsed.kind === 'invalid') console.log(parsed.error.param, parsed.error.event_id); // item_id e1
 * ```
 */
export function parseClientEvent(
  given: unknown,
  dialect: RealtimeDialectName,
  { maxEventChars = defaultEventChars, maxAppendBytes = defaultAppendBytes }: ParseEventOptions = {},
): ParsedRealtimeEvent<RealtimeClientEvent> {
  const parsed = parse<RealtimeClientEvent>(given, dialect, clientSchemas, maxEventChars, false);
  if (parsed.kind !== 'event' || parsed.event.type !== 'input_audio_buffer.append') return parsed;
  // Four characters are three bytes.
  if (parsed.event.audio.length * 0.75 <= maxAppendBytes) return parsed;
  const { type, event_id } = parsed.event;
  const message = `Invalid 'audio': string too long. Expected at most ${maxAppendBytes} bytes of audio in one event.`;
  const eventId = event_id ?? undefined;
  return {
    kind: 'invalid',
    type,
    eventId,
    error: invalidRequest('string_above_max_length', message, { param: 'audio', eventId }),
    raw: parsed.raw,
  };
}

/**
 * Reads an event of a server at the door of a client: text, or a value that was text. Never throws. Servers are younger than
 * their clients, so a word that is not on one of our lists (a new kind of item, of tool, of status) passes and is told of in
 * `unfamiliar`; only what is missing or of the wrong kind makes an event invalid. Has no view of order: rate limits, for one,
 * may come anywhere.
 *
 * @example
 * ```ts
 * const parsed = parseServerEvent('{"type":"input_audio_buffer.cleared","event_id":"event_7"}', 'ga');
 * console.log(parsed.kind); // event
 * ```
 */
export const parseServerEvent = (
  given: unknown,
  dialect: RealtimeDialectName,
  { maxEventChars = defaultEventChars }: Pick<ParseEventOptions, 'maxEventChars'> = {},
): ParsedRealtimeEvent<RealtimeServerEvent> => parse<RealtimeServerEvent>(given, dialect, serverSchemas, maxEventChars, true);

const clientSchemas: ReadonlyMap<string, z.ZodType> = new Map(Object.entries(clientEventSchemas));
const serverSchemas: ReadonlyMap<string, z.ZodType> = new Map(Object.entries(serverEventSchemas));

function parse<Event extends RealtimeClientEvent | RealtimeServerEvent>(
  given: unknown,
  dialect: RealtimeDialectName,
  schemas: ReadonlyMap<string, z.ZodType>,
  maxEventChars: number,
  lenient: boolean,
): ParsedRealtimeEvent<Event> {
  const read = readWireEvent(given, maxEventChars);
  if (read.kind === 'invalid') return read;
  const { raw, eventId } = read;
  const schema = schemas.get(ourNameOf(raw.type) ?? '');
  const ours = schema === undefined ? undefined : fromDialect(raw, dialect);
  if (schema === undefined || ours === undefined) return { kind: 'unknown', type: raw.type, eventId, raw };
  // The one place where a checked value gets its type: the copy that zod makes lacks the members that are to be kept.
  const asEvent = (): Event => ours as RealtimeWireEvent & Event;
  if (isSoundAudio(ours)) return { kind: 'event', event: asEvent(), raw, unfamiliar: noPaths };

  const place = (path: readonly PropertyKey[]) => wirePlace(path, raw, dialect);
  const checked = schema.safeParse(ours);
  if (checked.success) {
    const paths = unfamiliarPaths(ours, checked.data);
    return {
      kind: 'event',
      event: asEvent(),
      raw,
      unfamiliar: paths.length === 0 ? noPaths : paths.map((path) => pathText(place(path).path)),
    };
  }
  const { issues } = checked.error;
  const fatal = lenient ? issues.find((issue) => !isNews(issue, valueAt(ours, issue.path))) : issues[0];
  if (fatal === undefined) {
    return {
      kind: 'event',
      event: asEvent(),
      raw,
      unfamiliar: issues.slice(0, 16).map(({ path }) => pathText(place(path).path)),
    };
  }
  const { path, words } = place(fatal.path);
  const error = errorOfIssue(fatal, valueAt(ours, fatal.path), pathText(path), words, eventId);
  return { kind: 'invalid', type: raw.type, eventId, error, raw };
}

/** Whether a complaint is only about a word or number that was not heard of before. */
function isNews(issue: z.core.$ZodIssue, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (issue.code === 'invalid_type' || issue.code === 'custom') return false;
  return !(issue.code === 'too_big' && Array.isArray(value));
}

const valueAt = (from: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, step) => {
    if (Array.isArray(at)) return at[Number(step)];
    return isObject(at) && typeof step === 'string' ? at[step] : undefined;
  }, from);

/** Where a member of ours stood in the event as it came. */
function wirePlace(
  path: readonly PropertyKey[],
  raw: RealtimeWireEvent,
  dialect: RealtimeDialectName,
): { readonly path: readonly PropertyKey[]; readonly words?: readonly string[] } {
  const [member, ...rest] = path;
  const beta = dialects[dialect].family === 'beta';
  const flat =
    member === 'response'
      ? beta
      : member === 'session' &&
        (raw.type.startsWith('transcription_session.') || (beta && !(isObject(raw.session) && isNestedSession(raw.session))));
  if (!flat || member === undefined) return { path };
  const there = flatPlace(rest);
  return { ...there, path: [member, ...there.path] };
}
