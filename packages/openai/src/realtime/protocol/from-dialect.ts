import { type DialectData, dialects, type RealtimeDialectName } from './dialect.js';
import { alsoUnderstood, renamed } from './event-names.js';
import { fromFlat } from './flat-settings.js';
import { itemFromWire, partFromWire } from './item-dialect.js';
import { clientEventSchemas } from './schema/client-event-schema.js';
import { serverEventSchemas } from './schema/server-event-schema.js';
import { isObject, type RealtimeWireEvent, type WireObject } from './wire-object.js';

/**
 * Every name that is understood → ours. A dialect decides what is written, not what is understood: clients and servers that
 * mix the names of two eras are many.
 */
const ourNames: ReadonlyMap<string, string> = new Map<string, string>([
  ...[...Object.keys(clientEventSchemas), ...Object.keys(serverEventSchemas)].map((name) => [name, name] as const),
  ...renamed,
  ...alsoUnderstood,
  ['conversation.item.created', 'conversation.item.added'],
  ['transcription_session.update', 'session.update'],
  ['transcription_session.updated', 'session.updated'],
]);

/** Our name of a type of event, or undefined for one that nobody has told of. */
export const ourNameOf = (type: string): string | undefined => ourNames.get(type);

/**
 * Translates an event of any dialect to the words that the code knows, those of today, without checking it; undefined for a
 * type that is not known. Members that are not known stay. {@link parseClientEvent} and {@link parseServerEvent} do this and
 * check the outcome.
 *
 * @example
 * ```ts
 * const event = fromDialect({ type: 'session.update', session: { voice: 'alloy' } }, 'beta');
 * console.log(JSON.stringify(event?.session)); // {"audio":{"output":{"voice":"alloy"}},"type":"realtime"}
 * ```
 */
export function fromDialect(wire: RealtimeWireEvent, dialect: RealtimeDialectName): RealtimeWireEvent | undefined {
  const type = ourNames.get(wire.type);
  if (type === undefined) return undefined;
  const renamedEvent = type === wire.type ? wire : { ...wire, type };
  switch (type) {
    case 'session.update':
    case 'session.created':
    case 'session.updated':
      return { ...renamedEvent, session: sessionFromWire(wire, dialects[dialect]) };
    case 'response.create':
      return withMember(renamedEvent, 'response', (params) => paramsFromWire(params, dialects[dialect]));
    case 'response.created':
    case 'response.done':
      return withMember(renamedEvent, 'response', (response) => responseFromWire(response, dialects[dialect]));
    case 'conversation.item.create':
      return withMember(renamedEvent, 'item', (item) => itemFromWire(item, false));
    case 'conversation.item.added':
    case 'conversation.item.done':
    case 'conversation.item.retrieved':
    case 'response.output_item.added':
    case 'response.output_item.done':
      return withMember(renamedEvent, 'item', (item) => itemFromWire(item, true));
    case 'response.content_part.added':
    case 'response.content_part.done':
      return withMember(renamedEvent, 'part', partFromWire);
    default:
      return renamedEvent;
  }
}

function withMember(event: RealtimeWireEvent, member: string, change: (value: unknown) => unknown): RealtimeWireEvent {
  const before = event[member];
  const after = change(before);
  return after === before ? event : { ...event, [member]: after };
}

/** Whether a session is written with the names of today, whatever the connection seemed to speak. */
export const isNestedSession = (session: WireObject): boolean => session.type === 'realtime' || session.type === 'transcription';

function sessionFromWire({ type, session }: RealtimeWireEvent, { family }: DialectData): unknown {
  if (!isObject(session)) return session;
  const transcribes = type.startsWith('transcription_session.');
  const flat = transcribes || (family === 'beta' && !isNestedSession(session));
  if (flat) return tidy({ ...fromFlat(session), type: transcribes ? 'transcription' : 'realtime' }, true);
  // A client of today must say the type; servers that forget it are understood.
  return tidy(session.type === undefined && type !== 'session.update' ? { ...session, type: 'realtime' } : session, false);
}

function paramsFromWire(params: unknown, { family }: DialectData): unknown {
  if (!isObject(params)) return params;
  const ours = withFunctionTools(family === 'beta' ? fromFlat(params) : params);
  if (!Array.isArray(ours.input)) return ours;
  return { ...ours, input: ours.input.map((item: unknown) => itemFromWire(item, false)) };
}

function responseFromWire(response: unknown, { family }: DialectData): unknown {
  if (!isObject(response)) return response;
  const ours = family === 'beta' ? fromFlat(response) : response;
  if (!Array.isArray(ours.output) || ours.output.length === 0) return ours;
  return { ...ours, output: ours.output.map((item: unknown) => itemFromWire(item, true)) };
}

/** `{type: 'none'}` was the first way to write null, and the beta knew one kind of turn detection, which needed no type. */
function tidy(session: WireObject, beta: boolean): WireObject {
  const ours = withFunctionTools(session);
  const { audio } = ours;
  if (!isObject(audio) || !isObject(audio.input) || !isObject(audio.input.turn_detection)) return ours;
  const given = audio.input.turn_detection;
  const turn_detection =
    given.type === 'none' ? null : beta && given.type === undefined ? { type: 'server_vad', ...given } : given;
  return turn_detection === given ? ours : { ...ours, audio: { ...audio, input: { ...audio.input, turn_detection } } };
}

/** The published schemas do not ask tools for their type. */
function withFunctionTools(settings: WireObject): WireObject {
  const { tools } = settings;
  const untyped = (tool: unknown): tool is WireObject => isObject(tool) && tool.type === undefined;
  if (!Array.isArray(tools) || !tools.some(untyped)) return settings;
  return { ...settings, tools: tools.map((tool: unknown) => (untyped(tool) ? { type: 'function', ...tool } : tool)) };
}
