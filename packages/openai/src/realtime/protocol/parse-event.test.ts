import { describe, expect, it } from 'vitest';
import type { RealtimeDialectName } from './dialect.js';
import { realtimeEventCounter } from './event-count.js';
import { parseClientEvent, parseServerEvent } from './parse-event.js';
import { unknownEventError, unknownParameterError } from './protocol-error.js';

const everyDialect: readonly RealtimeDialectName[] = ['beta-2024-10', 'beta', 'azure-preview', 'ga', 'azure-ga'];

const errorOf = (given: unknown, dialect: RealtimeDialectName = 'ga') => {
  const parsed = parseClientEvent(given, dialect);
  if (parsed.kind !== 'invalid') throw new Error(`It is ${parsed.kind}.`);
  return parsed.error;
};
const update = (session: object) => ({ type: 'session.update', event_id: 'mine', session });

describe('an event that is right', () => {
  it('comes in our words, with members that nobody knows still there and told of', () => {
    const text =
      '{"type":"response.audio.delta","response_id":"r","item_id":"i","output_index":0,"content_index":0,"delta":"AAAA","obfuscation":"x"}';
    const parsed = parseServerEvent(text, 'beta');
    expect(parsed).toMatchObject({
      kind: 'event',
      event: { type: 'response.output_audio.delta', obfuscation: 'x' },
      raw: JSON.parse(text),
    });
    const session = parseClientEvent(
      update({ voice: 'alloy', whim: 1, turn_detection: { type: 'server_vad', mood: 2 } }),
      'beta',
    );
    expect(session).toMatchObject({
      kind: 'event',
      event: {
        session: { type: 'realtime', whim: 1, audio: { output: { voice: 'alloy' }, input: { turn_detection: { mood: 2 } } } },
      },
      unfamiliar: ['session.whim', 'session.turn_detection.mood'],
    });
  });

  it.each(everyDialect)('may name any model and any voice in %s (S000-3) (S002-2)', (dialect) => {
    const nested = { type: 'realtime', model: 'gpt-9-realtime', audio: { output: { voice: 'Günther' } } };
    const flat = { model: 'gpt-9-realtime', voice: 'Günther' };
    const parsed = parseClientEvent(update(dialect.endsWith('ga') ? nested : flat), dialect);
    expect(parsed).toMatchObject({ kind: 'event', event: { session: nested }, unfamiliar: [] });
  });

  it('may have null for whatever it may leave out', () => {
    const response = { id: 'r', usage: null, status_details: null, metadata: null, conversation_id: null, output: [] };
    expect(parseServerEvent({ type: 'response.created', event_id: 'e', response }, 'ga').kind).toBe('event');
    const item = { id: 'i', type: 'message', role: 'user', content: [{ type: 'input_audio', transcript: null }] };
    expect(parseServerEvent({ type: 'conversation.item.done', previous_item_id: null, item }, 'ga').kind).toBe('event');
  });

  it('of a server may say what nobody has heard of yet', () => {
    const parsed = parseServerEvent({ type: 'conversation.item.added', item: { id: 'i', type: 'dance', steps: 3 } }, 'ga');
    expect(parsed).toMatchObject({ kind: 'event', event: { item: { type: 'dance', steps: 3 } }, unfamiliar: ['item.type'] });
    const session = { type: 'realtime', tools: [{ type: 'web' }], audio: { input: { turn_detection: { type: 'azure_vad' } } } };
    expect(parseServerEvent({ type: 'session.created', session }, 'ga').kind).toBe('event');
  });

  it('is understood under the names of the other dialect and of Azure’s misprints (S004-23)', () => {
    const typeOf = (event: object) => {
      const parsed = parseServerEvent(event, 'azure-preview');
      return parsed.kind === 'event' ? parsed.event.type : parsed.kind;
    };
    const at = { item_id: 'i', content_index: 0 };
    expect(typeOf({ type: 'input_audio_buffer_committed', item_id: 'i' })).toBe('input_audio_buffer.committed');
    expect(typeOf({ type: 'input_audio_buffer_cleared' })).toBe('input_audio_buffer.cleared');
    expect(typeOf({ type: 'conversation.item_input_audio_transcription.failed', ...at, error: { message: 'no' } })).toBe(
      'conversation.item.input_audio_transcription.failed',
    );
    expect(typeOf({ type: 'conversation.item.audio_transcription.completed', ...at, transcript: 'Hi.' })).toBe(
      'conversation.item.input_audio_transcription.completed',
    );
    expect(
      typeOf({
        type: 'conversation.item.created',
        item: { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'a' }] },
      }),
    ).toBe('conversation.item.added');
  });

  it('may come in any order, rate limits after response.created as well as after response.done (S004-21)', () => {
    const limits = { type: 'rate_limits.updated', rate_limits: [{ name: 'tokens', limit: 1, remaining: 1, reset_seconds: 0 }] };
    const created = { type: 'response.created', response: { id: 'r', status: 'in_progress' } };
    const done = { type: 'response.done', response: { id: 'r', status: 'completed' } };
    for (const order of [
      [created, limits, done],
      [created, done, limits],
      [limits, created, done],
    ]) {
      expect(order.map((event) => parseServerEvent(event, 'beta-2024-10').kind)).toEqual(['event', 'event', 'event']);
    }
  });

  it('of an item being made is read in the order added, deltas, done (S004-22)', () => {
    const at = { response_id: 'r', output_index: 0 };
    const item = (status: string) => ({ id: 'i', type: 'message', role: 'assistant', status, content: [] });
    const types = [
      { type: 'response.output_item.added', ...at, item: item('in_progress') },
      { type: 'response.text.delta', ...at, item_id: 'i', content_index: 0, delta: 'a' },
      { type: 'response.output_item.done', ...at, item: item('completed') },
    ].map((event) => {
      const parsed = parseServerEvent(event, 'beta-2024-10');
      return parsed.kind === 'event' ? parsed.event.type : parsed.kind;
    });
    expect(types).toEqual(['response.output_item.added', 'response.output_text.delta', 'response.output_item.done']);
  });
});

describe('an event that is wrong', () => {
  it('is answered by the name that the member has in the dialect of the client', () => {
    expect(errorOf(update({ turn_detection: { type: 'server_vad', threshold: 2 } }), 'beta')).toEqual({
      type: 'invalid_request_error',
      code: 'integer_above_max_value',
      message:
        "Invalid 'session.turn_detection.threshold': integer above maximum value. Expected a value <= 1, but got 2 instead.",
      param: 'session.turn_detection.threshold',
      event_id: 'mine',
    });
    expect(
      errorOf(update({ type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad', threshold: 2 } } } })).param,
    ).toBe('session.audio.input.turn_detection.threshold');
  });

  it.each([
    [update({ voice: 'alloy' }), 'ga', 'missing_required_parameter', 'session.type'],
    [update({ input_audio_format: 'mp3' }), 'beta', 'invalid_value', 'session.input_audio_format'],
    [update({ modalities: ['video'] }), 'beta', 'invalid_value', 'session.modalities[0]'],
    [update({ max_response_output_tokens: 0 }), 'beta', 'integer_below_min_value', 'session.max_response_output_tokens'],
    [update({ type: 'realtime', tools: [{ type: 'function' }] }), 'ga', 'missing_required_parameter', 'session.tools[0].name'],
    [update({ type: 'realtime', instructions: 7 }), 'ga', 'invalid_type', 'session.instructions'],
    [{ type: 'session.update' }, 'ga', 'missing_required_parameter', 'session'],
    [
      { type: 'conversation.item.truncate', item_id: 'i', content_index: 0, audio_end_ms: 1.5 },
      'ga',
      'invalid_type',
      'audio_end_ms',
    ],
    [
      { type: 'conversation.item.truncate', item_id: 'i', content_index: 0, audio_end_ms: -1 },
      'ga',
      'integer_below_min_value',
      'audio_end_ms',
    ],
    [{ type: 'conversation.item.create', item: { type: 'poem' } }, 'ga', 'invalid_value', 'item.type'],
    [{ type: 'conversation.item.create', item: {} }, 'ga', 'missing_required_parameter', 'item.type'],
    [
      { type: 'conversation.item.create', item: { type: 'message', role: 'user' } },
      'ga',
      'missing_required_parameter',
      'item.content',
    ],
    [
      { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text' }] } },
      'ga',
      'missing_required_parameter',
      'item.content[0].text',
    ],
    [
      { type: 'response.create', response: { voice: 7, output_audio_format: 'flac' } },
      'beta',
      'invalid_value',
      'response.output_audio_format',
    ],
    [{ type: 'response.create', response: { metadata: { a: 1 } } }, 'ga', 'invalid_value', 'response.metadata'],
    [{ type: 'input_audio_buffer.append', audio: 7 }, 'ga', 'invalid_type', 'audio'],
    [{ type: 'input_audio_buffer.append', audio: 'ä' }, 'ga', 'invalid_value', 'audio'],
    [{ type: 'input_audio_buffer.append', audio: 'AAAA=' }, 'ga', 'invalid_value', 'audio'],
    [{ type: 'input_audio_buffer.clear', event_id: 'x'.repeat(513) }, 'ga', 'string_above_max_length', 'event_id'],
    [{ audio: 'AAAA' }, 'ga', 'invalid_event', 'type'],
    [{ type: 7 }, 'ga', 'invalid_event', 'type'],
    [[], 'ga', 'invalid_event', null],
    ['{"type":', 'ga', 'invalid_json', null],
  ] as const)('%j in %s is answered with %s about %s', (event, dialect, code, param) => {
    expect(errorOf(event, dialect)).toMatchObject({ type: 'invalid_request_error', code, param });
  });

  it('tells which words would do, in the words of the dialect', () => {
    expect(errorOf(update({ output_audio_format: 'mp3' }), 'beta').message).toContain(
      "'mp3'. Supported values are: 'pcm16', 'g711_ulaw', 'g711_alaw'",
    );
    expect(errorOf(update({ type: 'realtime', audio: { input: { format: { type: 'mp3' } } } })).message).toContain(
      "'audio/pcm', 'audio/pcmu'",
    );
  });

  it('is named even when it is too long or broken off', () => {
    const head = '{"event_id":"mine","type":"input_audio_buffer.append","audio":"';
    const long = parseClientEvent(`${head}${'A'.repeat(5000)}"}`, 'ga', { maxEventChars: 4096 });
    expect(long).toMatchObject({ kind: 'invalid', type: 'input_audio_buffer.append', eventId: 'mine' });
    expect(long.kind === 'invalid' && long.error).toMatchObject({ code: 'string_above_max_length', event_id: 'mine' });
    expect(errorOf(`${head}AAA`)).toMatchObject({ code: 'invalid_json', event_id: 'mine' });
    const last = `{"audio":"${'A'.repeat(5000)}","item":{"event_id":"another","type":"message"},"type":"t","event_id":"mine"}`;
    expect(parseClientEvent(last, 'ga', { maxEventChars: 4096 })).toMatchObject({ type: 't', eventId: 'mine' });
  });

  it('is an append of more than the most that is allowed', () => {
    const append = { type: 'input_audio_buffer.append', event_id: 'mine', audio: 'AAAA'.repeat(5) };
    expect(parseClientEvent(append, 'ga', { maxAppendBytes: 15 }).kind).toBe('event');
    expect(parseClientEvent(append, 'ga', { maxAppendBytes: 14 })).toMatchObject({
      kind: 'invalid',
      type: 'input_audio_buffer.append',
      error: { code: 'string_above_max_length', param: 'audio', event_id: 'mine' },
    });
  });

  it('is an append of more than 15 MiB, as published', () => {
    const most = 'A'.repeat((15 * 2 ** 20 * 4) / 3);
    expect(parseClientEvent({ type: 'input_audio_buffer.append', audio: most }, 'ga').kind).toBe('event');
    expect(parseClientEvent({ type: 'input_audio_buffer.append', event_id: 'mine', audio: `${most}AAAA` }, 'ga')).toMatchObject({
      kind: 'invalid',
      error: { code: 'string_above_max_length', param: 'audio', event_id: 'mine' },
    });
  });
});

describe('what is not known', () => {
  it('is passed on, counted, and can be answered', () => {
    const counter = realtimeEventCounter();
    const dance = parseClientEvent({ type: 'session.dance', event_id: 'mine' }, 'ga');
    expect(dance).toEqual({
      kind: 'unknown',
      type: 'session.dance',
      eventId: 'mine',
      raw: { type: 'session.dance', event_id: 'mine' },
    });
    expect(parseClientEvent({ type: 'session.created', session: {} }, 'ga').kind).toBe('unknown');
    counter.add(dance);
    counter.add(dance);
    counter.add(parseClientEvent('{', 'ga'));
    counter.add(parseClientEvent({ type: 'input_audio_buffer.clear', whim: 1 }, 'ga'));
    expect(counter.count()).toEqual({
      events: 1,
      unknown: 2,
      invalid: 1,
      unknownTypes: new Map([['session.dance', 2]]),
      unfamiliar: new Map([['whim', 1]]),
    });
    expect(unknownEventError('session.dance', 'mine')).toMatchObject({ code: 'invalid_value', param: 'type', event_id: 'mine' });
    expect(unknownParameterError('session.voice')).toMatchObject({
      code: 'unknown_parameter',
      message: "Unknown parameter: 'session.voice'.",
    });
  });

  it('is counted in bounded memory', () => {
    const counter = realtimeEventCounter();
    for (let n = 0; n < 2000; n++) counter.add(parseServerEvent({ type: `news.${n}` }, 'ga'));
    const { unknown, unknownTypes } = counter.count();
    expect(unknown).toBe(2000);
    expect(unknownTypes.size).toBeLessThanOrEqual(257);
    expect([...unknownTypes.values()].reduce((sum, each) => sum + each, 0)).toBe(2000);
  });
});
