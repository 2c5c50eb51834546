import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RealtimeDialectName } from './dialect.js';
import { parseClientEvent, parseServerEvent } from './parse-event.js';
import { clientEventSchemas } from './schema/client-event-schema.js';
import { serverEventSchemas } from './schema/server-event-schema.js';

const dialect = fc.constantFrom<RealtimeDialectName>('beta-2024-10', 'beta', 'azure-preview', 'ga', 'azure-ga');
const types = [
  ...Object.keys(clientEventSchemas),
  ...Object.keys(serverEventSchemas),
  ...['transcription_session.update', 'response.audio.delta', 'conversation.item.created', 'session.dance', '__proto__', ''],
];
const members = [
  ...[
    'session',
    'item',
    'response',
    'audio',
    'delta',
    'part',
    'type',
    'role',
    'content',
    'tools',
    'input',
    'output',
    'format',
    'voice',
  ],
  ...['turn_detection', 'metadata', 'modalities', 'error', 'item_id', 'response_id', 'output_index', 'rate_limits', '__proto__'],
  ...['constructor', 'toString', 'input_audio_format', 'max_response_output_tokens', 'usage', 'previous_item_id', 'event_id'],
];
const words = [
  'message',
  'user',
  'assistant',
  'function_call',
  'input_text',
  'audio',
  'server_vad',
  'none',
  'realtime',
  'pcm16',
  'inf',
];

const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, '', 'AAAA', ...words),
    fc.string({ maxLength: 12, unit: 'binary' }),
    fc.array(tie('anything'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...members), tie('anything'), { maxKeys: 4 }),
  ),
}));

const item = { id: 'i', type: 'message', role: 'assistant', content: [{ type: 'output_audio', transcript: 'a' }] };
const at = { response_id: 'r', item_id: 'i', output_index: 0, content_index: 0 };
/** Events that are right as they are. */
const sound: readonly { readonly type: string }[] = [
  { type: 'input_audio_buffer.append', ...{ audio: 'AAAA' } },
  { type: 'input_audio_buffer.commit' },
  { type: 'session.update', ...{ session: { type: 'realtime', audio: { input: { turn_detection: null } }, tools: [] } } },
  { type: 'session.created', ...{ session: { modalities: ['text'], input_audio_format: 'pcm16' } } },
  { type: 'conversation.item.create', ...{ item } },
  { type: 'conversation.item.added', ...{ item, previous_item_id: null } },
  { type: 'conversation.item.truncate', ...{ item_id: 'i', content_index: 0, audio_end_ms: 7 } },
  { type: 'response.create', ...{ response: { instructions: 'a', metadata: { a: 'b' } } } },
  { type: 'response.done', ...{ response: { id: 'r', status: 'completed', output: [item], usage: null } } },
  { type: 'response.audio.delta', ...at, ...{ delta: 'AAAA' } },
  { type: 'response.content_part.done', ...at, ...{ part: { type: 'audio', transcript: 'a' } } },
  { type: 'error', ...{ error: { type: 'server_error', message: 'a' } } },
];

/** Text that is, or nearly is, an event: unknown members, members of other events, wrong kinds, cut off, far too long, no object at all. */
const text = fc
  .record({
    begin: fc.oneof(
      fc.constantFrom(...types).map((type) => ({ type })),
      fc.constantFrom(...sound),
    ),
    event_id: fc.option(fc.stringMatching(/^[a-z0-9]{1,12}$/)),
    members: fc.dictionary(fc.constantFrom(...members), anything, { maxKeys: 4 }),
    value: anything,
    harm: fc.constantFrom('none', 'none', 'none', 'cut', 'long', 'bare', 'twice', 'noise'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ begin, event_id, members: rest, value, harm, at }) => {
    const named = Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'type' && key !== 'event_id'));
    const { type } = begin;
    const event = JSON.stringify({ ...begin, ...(event_id === null ? {} : { event_id }), ...named });
    switch (harm) {
      case 'cut':
        return { text: event.slice(0, Math.floor(at * event.length)), type, eventId: undefined };
      case 'long':
        return { text: `${event.slice(0, -1)},"padding":"${'x'.repeat(5000)}"}`, type, eventId: event_id ?? undefined };
      case 'bare':
        return { text: JSON.stringify(value) ?? 'null', type: undefined, eventId: undefined };
      case 'twice':
        return { text: event + event, type, eventId: event_id ?? undefined };
      case 'noise':
        return { text: event.replace(/[{}":,]/, () => '\u0000'), type: undefined, eventId: undefined };
      default:
        return { text: event, type, eventId: event_id ?? undefined };
    }
  });

describe('ten thousand texts that no client or server should send', () => {
  it('throw nothing, and whatever is invalid is named and explained', () => {
    const seen = { event: 0, unknown: 0, invalid: 0 };
    fc.assert(
      fc.property(text, dialect, fc.boolean(), (given, as, ofClient) => {
        const parsed = (ofClient ? parseClientEvent : parseServerEvent)(given.text, as, { maxEventChars: 4096 });
        seen[parsed.kind]++;
        if (parsed.kind === 'unknown' && given.type !== undefined) expect(parsed.type).toBe(given.type);
        if (parsed.kind !== 'invalid') return;
        expect(parsed.error).toMatchObject({
          type: 'invalid_request_error',
          code: expect.any(String),
          message: expect.any(String),
        });
        expect(parsed.error.message.length).toBeLessThan(1500);
        if (given.eventId !== undefined) expect([parsed.eventId, parsed.error.event_id]).toEqual([given.eventId, given.eventId]);
        if (given.eventId !== undefined && given.type !== '') expect(parsed.type).toBe(given.type);
      }),
      { numRuns: 10_000 },
    );
    expect(Math.min(seen.event, seen.unknown, seen.invalid)).toBeGreaterThan(500);
  });

  it('are read the same in any order: nothing of one event stays for the next', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), dialect, (all, as) => {
        const kinds = (texts: readonly { text: string }[]) => texts.map((each) => parseServerEvent(each.text, as).kind);
        expect(kinds([...all].reverse()).reverse()).toEqual(kinds(all));
      }),
    );
  });

  it('are refused when they are nested so deep that nobody could write them down again', () => {
    const nested = (levels: number): string =>
      `{"type":"input_audio_buffer.clear","event_id":"mine","deep":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(parseClientEvent(nested(100), 'ga').kind).toBe('event');
    const words = JSON.stringify(`${'['.repeat(1_000)}"\\`.repeat(100));
    expect(parseClientEvent(`{"type":"input_audio_buffer.clear","words":${words}}`, 'ga').kind).toBe('event');
    for (const levels of [128, 5_000, 40_000, 5_000_000]) {
      expect(parseClientEvent(nested(levels), 'ga')).toMatchObject({
        kind: 'invalid',
        type: 'input_audio_buffer.clear',
        eventId: 'mine',
        error: { code: 'invalid_event', event_id: 'mine', message: 'The event is nested too deep. Expected at most 128 levels.' },
      });
    }
  });

  it('make few complaints, however much is wrong', () => {
    const wrong = { type: 'session.update', event_id: 'mine', session: { type: 'realtime', tools: new Array(100_000).fill(1) } };
    expect(parseClientEvent(wrong, 'ga')).toMatchObject({
      kind: 'invalid',
      error: { code: 'array_above_max_length', param: 'session.tools' },
    });
    const strange = {
      type: 'input_audio_buffer.clear',
      ...Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`m${n}`, n])),
    };
    const parsed = parseClientEvent(strange, 'ga');
    expect(parsed.kind === 'event' && parsed.unfamiliar.length).toBe(16);
  });

  it('leave the prototypes of objects alone', () => {
    const text =
      '{"type":"session.update","session":{"__proto__":{"voice":"x"},"voice":"y","constructor":{"prototype":{"polluted":1}}}}';
    const parsed = parseClientEvent(text, 'beta');
    expect(parsed.kind).toBe('event');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(parsed.kind === 'event' && parsed.event.type === 'session.update' && Object.getPrototypeOf(parsed.event.session)).toBe(
      Object.prototype,
    );
  });
});
