import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RealtimeDialectName, realtimeEventTypes } from './dialect.js';
import { fromDialect } from './from-dialect.js';
import { parseClientEvent, parseServerEvent } from './parse-event.js';
import type { RealtimeClientEvent } from './schema/client-event-schema.js';
import type { RealtimeServerEvent } from './schema/server-event-schema.js';
import { toDialect } from './to-dialect.js';
import type { RealtimeWireEvent } from './wire-object.js';

const some = <T extends object>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(members, { requiredKeys: [] });
const text = fc.string({ maxLength: 8 });
const modalities = fc.constantFrom(['audio'] as const, ['text'] as const);
const format = fc.constantFrom(
  { type: 'audio/pcm', rate: 24000 } as const,
  { type: 'audio/pcmu' } as const,
  { type: 'audio/pcma' } as const,
);
const limit = fc.oneof(fc.integer({ min: 1, max: 4096 }), fc.constant('inf' as const));
const tools = fc.array(fc.record({ type: fc.constant('function' as const), name: text, description: text }), { maxLength: 2 });
const toolChoice = fc.oneof(
  fc.constantFrom('auto' as const, 'none' as const),
  fc.record({ type: fc.constant('function' as const), name: text }),
);
const vad = fc.oneof(
  fc.constant(null),
  fc.record({ type: fc.constant('server_vad' as const), threshold: fc.constant(0.4), silence_duration_ms: fc.nat(2000) }),
  fc.record({ type: fc.constant('semantic_vad' as const), eagerness: fc.constantFrom('low' as const, 'auto' as const) }),
);
const transcription = fc.oneof(fc.constant(null), fc.record({ model: text }));

/** What every dialect can say of a session. */
const session = fc
  .record({
    rest: some({ output_modalities: modalities, instructions: text, tools, tool_choice: toolChoice, max_output_tokens: limit }),
    input: some({ format, transcription, turn_detection: vad }),
    output: some({ format, voice: text }),
  })
  .map(({ rest, input, output }) => {
    const audio = { ...(Object.keys(input).length > 0 ? { input } : {}), ...(Object.keys(output).length > 0 ? { output } : {}) };
    return { type: 'realtime' as const, ...rest, ...(Object.keys(audio).length > 0 ? { audio } : {}) };
  });

const header = { id: text, status: fc.constantFrom('in_progress' as const, 'completed' as const, 'incomplete' as const) };
const parts = <T>(part: fc.Arbitrary<T>) => fc.array(part, { maxLength: 3 });
const inputText = fc.record({ type: fc.constant('input_text' as const), text });
const item = fc.oneof(
  fc.record({
    ...header,
    type: fc.constant('message' as const),
    role: fc.constant('system' as const),
    content: parts(inputText),
  }),
  fc.record({
    ...header,
    type: fc.constant('message' as const),
    role: fc.constant('user' as const),
    content: parts(fc.oneof(inputText, fc.record({ type: fc.constant('input_audio' as const), transcript: fc.option(text) }))),
  }),
  fc.record({
    ...header,
    type: fc.constant('message' as const),
    role: fc.constant('assistant' as const),
    content: parts(
      fc.oneof(
        fc.record({ type: fc.constant('output_text' as const), text }),
        fc.record({ type: fc.constant('output_audio' as const), transcript: fc.option(text) }),
      ),
    ),
  }),
  fc.record({ ...header, type: fc.constant('function_call' as const), call_id: text, name: text, arguments: text }),
  fc.record({ ...header, type: fc.constant('function_call_output' as const), call_id: text, output: text }),
);
const audioOut = some({ format, voice: text }).filter((output) => Object.keys(output).length > 0);
const response = fc.record(
  {
    id: text,
    status: fc.constantFrom('in_progress' as const, 'completed' as const),
    output: fc.array(item, { maxLength: 3 }),
    output_modalities: modalities,
    max_output_tokens: limit,
    audio: fc.record({ output: audioOut }),
    conversation_id: fc.option(text),
    metadata: fc.option(fc.dictionary(text, text, { maxKeys: 3 })),
  },
  { requiredKeys: ['id'] },
);
const params = fc.record(
  {
    output_modalities: modalities,
    instructions: text,
    audio: fc.record({ output: audioOut }),
    tools,
    max_output_tokens: limit,
    input: fc.array(item, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const event_id = text;
const at = { event_id, response_id: text, item_id: text, output_index: fc.nat(3), content_index: fc.nat(3) };
const literal = <T extends string>(...types: T[]) => fc.constantFrom(...types);

const clientEvent: fc.Arbitrary<RealtimeClientEvent> = fc.oneof(
  fc.record({ type: literal('session.update'), event_id, session }),
  fc.record({ type: literal('conversation.item.create'), item }),
  fc.record({ type: literal('response.create'), response: params }),
  fc.record({ type: literal('input_audio_buffer.append'), audio: fc.base64String() }),
  fc.record({ type: literal('conversation.item.truncate'), item_id: text, content_index: fc.nat(1), audio_end_ms: fc.nat() }),
);
const serverEvent: fc.Arbitrary<RealtimeServerEvent> = fc.oneof(
  fc.record({ type: literal('session.created', 'session.updated'), event_id, session }),
  fc.record({
    type: literal('conversation.item.added', 'conversation.item.done'),
    event_id,
    previous_item_id: fc.option(text),
    item,
  }),
  fc.record({ type: literal('response.created', 'response.done'), event_id, response }),
  fc.record({
    type: literal('response.output_item.added', 'response.output_item.done'),
    event_id,
    response_id: text,
    output_index: fc.nat(2),
    item,
  }),
  fc.record({ type: literal('response.output_audio.delta'), ...at, delta: fc.base64String() }),
  fc.record({ type: literal('response.output_audio_transcript.delta', 'response.output_text.delta'), ...at, delta: text }),
  fc.record({ type: literal('response.output_audio.done'), ...at }),
  fc.record({
    type: literal('response.content_part.added'),
    ...at,
    part: fc.record({ type: literal('audio', 'text'), transcript: text }),
  }),
);
const overTheWire = (wire: unknown): RealtimeWireEvent => JSON.parse(JSON.stringify(wire)) as RealtimeWireEvent;

describe.each(['beta-2024-10', 'beta', 'azure-preview', 'ga', 'azure-ga'] as const)(
  'over the wire in %s',
  (dialect: RealtimeDialectName) => {
    it('a client event comes back as it went', () => {
      fc.assert(
        fc.property(clientEvent, (event) => {
          const wire = overTheWire(toDialect(event, dialect));
          expect(realtimeEventTypes(dialect, 'client')).toContain(wire.type);
          const parsed = parseClientEvent(JSON.stringify(wire), dialect);
          expect(parsed).toMatchObject({ kind: 'event', unfamiliar: [] });
          expect(parsed.kind === 'event' && parsed.event).toEqual(overTheWire(event));
        }),
      );
    });

    it('a server event comes back as it went, where the dialect has it', () => {
      fc.assert(
        fc.property(serverEvent, (event) => {
          const wire = toDialect(event, dialect);
          if (wire === undefined) {
            expect(event.type).toBe('conversation.item.done');
            expect(dialect).not.toMatch(/ga$/);
            return;
          }
          expect(realtimeEventTypes(dialect, 'server')).toContain(wire.type);
          const parsed = parseServerEvent(JSON.stringify(wire), dialect);
          expect(parsed).toMatchObject({ kind: 'event', unfamiliar: [] });
          expect(parsed.kind === 'event' && parsed.event).toEqual(overTheWire(event));
        }),
      );
    });

    it('what was read and is written again is the same as before', () => {
      fc.assert(
        fc.property(fc.oneof(clientEvent, serverEvent), (event) => {
          const wire = toDialect(event, dialect);
          if (wire === undefined) return;
          const back = fromDialect(overTheWire(wire), dialect);
          const again = toDialect(back as RealtimeServerEvent & RealtimeClientEvent, dialect);
          expect(overTheWire(again)).toEqual(overTheWire(wire));
        }),
      );
    });
  },
);

describe('a translation', () => {
  it('leaves what it was given as it was', () => {
    const given = {
      type: 'session.update',
      session: { voice: 'a', audio: { output: { speed: 1 } }, turn_detection: { type: 'none' } },
    };
    const before = structuredClone(given);
    fromDialect(given, 'beta');
    expect(given).toEqual(before);
  });

  it('loses in the beta what the beta has no word for', () => {
    const mcp = { type: 'mcp', server_label: 'l' } as const;
    const session = { type: 'realtime', truncation: 'auto', temperature: 0.7, tools: [mcp] } as const;
    expect(toDialect({ type: 'session.update', session }, 'beta')?.session).toEqual({ temperature: 0.7, tools: [] });
    expect(toDialect({ type: 'session.update', session }, 'ga')?.session).toEqual({
      type: 'realtime',
      truncation: 'auto',
      tools: [mcp],
    });
    const item = { type: 'mcp_list_tools', server_label: 'l', tools: [] } as const;
    expect(toDialect({ type: 'conversation.item.added', item }, 'beta')).toBeUndefined();
    expect(
      toDialect({ type: 'input_audio_buffer.timeout_triggered', item_id: 'i', audio_start_ms: 0, audio_end_ms: 1 }, 'beta'),
    ).toBeUndefined();
  });

  it('gives a client of October 2024 a younger answer only to a younger question', () => {
    const item = { type: 'message', role: 'system', content: [] } as const;
    expect(toDialect({ type: 'conversation.item.retrieved', item }, 'beta-2024-10')?.type).toBe('conversation.item.retrieved');
    const delta = { type: 'conversation.item.input_audio_transcription.delta', item_id: 'i', delta: 'a' } as const;
    expect(toDialect(delta, 'beta-2024-10')).toBeUndefined();
    expect(toDialect(delta, 'beta')?.type).toBe(delta.type);
  });

  it('names no response that a service of October 2024 is to cancel: it knows of one only', () => {
    const cancel = { type: 'response.cancel', response_id: 'resp_1' } as const;
    expect(toDialect(cancel, 'beta-2024-10')).toEqual({ type: 'response.cancel' });
    expect(toDialect(cancel, 'beta')).toEqual(cancel);
  });
});
