import { type DialectData, dialects, type RealtimeDialectName } from './dialect.js';
import { toFlat } from './flat-settings.js';
import { isMcpItem, itemToBeta } from './item-dialect.js';
import type { RealtimeClientEvent } from './schema/client-event-schema.js';
import type { RealtimeServerEvent } from './schema/server-event-schema.js';
import { isObject, type RealtimeWireEvent, type WireObject, without } from './wire-object.js';

const written: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(dialects).map(([name, { client, server, answers }]) => [name, new Set([...client, ...server, ...answers])]),
);

/**
 * Translates an event to a dialect. Undefined means that the dialect has no such event, and that there is nothing to send:
 * the beta tells of an item once, when it is added, and knows neither MCP nor idle time-outs.
 *
 * @example
 * ```ts
 * const ids = { response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0 };
 * const wire = toDialect({ type: 'response.output_audio.delta', event_id: 'event_1', ...ids, delta: 'AAAA' }, 'beta');
 * console.log(wire?.type); // response.audio.delta
 * ```
 */
export function toDialect(
  event: RealtimeClientEvent | RealtimeServerEvent,
  dialect: RealtimeDialectName,
): RealtimeWireEvent | undefined {
  const data = dialects[dialect];
  const type = wireNameOf(event, data);
  if (written.get(dialect)?.has(type) !== true) return undefined;
  const wire = content(event, data);
  if (wire === undefined) return undefined;
  const omitted = data.omitted[event.type];
  const kept = omitted === undefined ? wire : without(wire, omitted);
  // Most events of today are written as they are; audio comes by fifty times a second.
  return kept === event && type === event.type ? event : { ...kept, type };
}

function wireNameOf(event: RealtimeClientEvent | RealtimeServerEvent, { family, names }: DialectData): string {
  if (family === 'beta' && (event.type === 'session.update' || event.type === 'session.updated')) {
    return event.session.type === 'transcription' ? `transcription_${event.type}` : event.type;
  }
  return names[event.type] ?? event.type;
}

function content(event: RealtimeClientEvent | RealtimeServerEvent, data: DialectData): WireObject | undefined {
  const beta = data.family === 'beta';
  switch (event.type) {
    case 'session.update':
    case 'session.created':
    case 'session.updated':
      return { ...event, session: sessionToWire(event.session, data) };
    case 'response.create':
      if (!isObject(event.response)) return event;
      return { ...event, response: settings(withItems(event.response, 'input', beta), 'response', data) };
    case 'response.created':
    case 'response.done':
      return { ...event, response: settings(responseToWire(event.response, beta), 'response', data) };
    case 'conversation.item.create':
    case 'conversation.item.added':
    case 'conversation.item.done':
    case 'conversation.item.retrieved':
    case 'response.output_item.added':
    case 'response.output_item.done':
      if (!beta) return event;
      return isMcpItem(event.item) ? undefined : { ...event, item: itemToBeta(event.item) };
    default:
      return event;
  }
}

function withItems(value: WireObject, member: 'input' | 'output', beta: boolean): WireObject {
  const items = value[member];
  if (!beta || !Array.isArray(items)) return value;
  return { ...value, [member]: items.filter((item) => !isMcpItem(item)).map(itemToBeta) };
}

/** The beta counts no images. */
function responseToWire(ours: WireObject, beta: boolean): WireObject {
  const response = withItems(ours, 'output', beta);
  const { usage } = response;
  if (!beta || !isObject(usage) || !isObject(usage.input_token_details)) return response;
  const details = without(usage.input_token_details, ['image_tokens']);
  const { cached_tokens_details: cached } = details;
  const ofCached = isObject(cached) ? { cached_tokens_details: without(cached, ['image_tokens']) } : {};
  return { ...response, usage: { ...usage, input_token_details: { ...details, ...ofCached } } };
}

function settings(ours: WireObject, of: 'session' | 'response', { family, omittedSettings }: DialectData): WireObject {
  if (family === 'ga') return without(ours, omittedSettings);
  const flat = without(toFlat(ours, of), omittedSettings);
  if (!Array.isArray(flat.tools)) return flat;
  return { ...flat, tools: flat.tools.filter((tool) => isObject(tool) && tool.type !== 'mcp') };
}

function sessionToWire(ours: WireObject, data: DialectData): WireObject {
  const wire = settings(ours, 'session', data);
  if (data.family === 'ga') return wire;
  if (wire.turn_detection === null && data.manualTurns === 'none') return { ...wire, turn_detection: { type: 'none' } };
  if (!isObject(wire.turn_detection)) return wire;
  return { ...wire, turn_detection: without(wire.turn_detection, ['idle_timeout_ms']) };
}
