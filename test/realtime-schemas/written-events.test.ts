import {
  realtimeClientEvents as client,
  defaultSession,
  mergeSession,
  type RealtimeClientEvent,
  type RealtimeDialectName,
  type RealtimeServerEvent,
  type RealtimeServerItem,
  realtimeEventTypes,
  realtimeIds,
  realtimeServerEvents,
  toDialect,
  writeRealtimeEvent,
} from '@voxrill/openai';
import { describe, expect, it } from 'vitest';
import { complaints, type Family, octoberTypes, publishedTypes } from './published-schema.js';

const dialects: readonly (readonly [RealtimeDialectName, Family])[] = [
  ['beta-2024-10', 'beta'],
  ['beta', 'beta'],
  ['azure-preview', 'beta'],
  ['ga', 'ga'],
  ['azure-ga', 'ga'],
];
const id = realtimeIds();
const say = realtimeServerEvents(() => id('event'));

const tool = { type: 'function', name: 'get_time', description: 'Tells the time.', parameters: { type: 'object' } } as const;
const userItem: RealtimeServerItem = {
  id: 'item_u',
  type: 'message',
  status: 'completed',
  role: 'user',
  content: [
    { type: 'input_audio', audio: 'AAAA' },
    { type: 'input_text', text: 'Hi.' },
  ],
};
const reply: RealtimeServerItem = {
  id: 'item_a',
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content: [
    { type: 'output_audio', transcript: 'Hello.', audio: 'AAAA' },
    { type: 'output_text', text: 'Hello.' },
  ],
};
const call: RealtimeServerItem = {
  id: 'item_c',
  type: 'function_call',
  status: 'completed',
  call_id: 'call_1',
  name: 'get_time',
  arguments: '{}',
};
const result: RealtimeServerItem = { id: 'item_r', type: 'function_call_output', call_id: 'call_1', output: '12:00' };
const at = { response_id: 'resp_1', item_id: 'item_a', output_index: 0, content_index: 0 };
const ofCall = { response_id: 'resp_1', item_id: 'item_c', output_index: 1, call_id: 'call_1' };
const usage = {
  total_tokens: 42,
  input_tokens: 30,
  output_tokens: 12,
  input_token_details: {
    text_tokens: 10,
    audio_tokens: 20,
    cached_tokens: 0,
    cached_tokens_details: { text_tokens: 0, audio_tokens: 0 },
  },
  output_token_details: { text_tokens: 4, audio_tokens: 8 },
};
const pcm = { type: 'audio/pcm', rate: 24000 } as const;
const response = {
  id: 'resp_1',
  output_modalities: ['audio'] as const,
  max_output_tokens: 'inf' as const,
  audio: { output: { format: pcm, voice: 'alloy' } },
  conversation_id: 'conv_1',
};

const clientEvents: readonly RealtimeClientEvent[] = [
  client.updateSession({
    type: 'realtime',
    output_modalities: ['audio'],
    instructions: 'Be brief.',
    audio: {
      input: { format: { type: 'audio/pcmu' }, transcription: { model: 'any', language: 'de' }, turn_detection: null },
      output: { format: { type: 'audio/pcma' }, voice: 'somebody' },
    },
    tools: [tool],
    tool_choice: 'auto',
    max_output_tokens: 300,
  }),
  client.updateSession({
    type: 'realtime',
    audio: { input: { turn_detection: { type: 'semantic_vad', eagerness: 'high' } } },
  }),
  client.appendAudio(Int16Array.of(1, -1), 'mine'),
  client.commitAudio(),
  client.clearAudio(),
  client.createItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi.' }] }, 'root'),
  client.createItem({ type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hello.' }] }),
  client.createItem(call),
  client.createItem(result),
  client.retrieveItem('item_a'),
  client.truncateItem('item_a', 1234.56),
  client.deleteItem('item_a'),
  client.createResponse(),
  client.createResponse({
    output_modalities: ['text'],
    instructions: 'Sum up.',
    audio: { output: { voice: 'somebody' } },
    tools: [],
    max_output_tokens: 50,
    conversation: 'none',
    metadata: { purpose: 'summary' },
    input: [
      { type: 'item_reference', id: 'item_u' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'A.' }] },
    ],
  }),
  client.cancelResponse('resp_1'),
  client.clearOutputAudio(),
];

function serverEvents(dialect: RealtimeDialectName): readonly RealtimeServerEvent[] {
  const session = defaultSession({ id: 'sess_1', model: 'anything', dialect, expiresAt: 1_790_000_000 });
  return [
    say.sessionCreated(session),
    say.sessionUpdated(mergeSession(session, { type: 'realtime', tools: [tool], audio: { input: { turn_detection: null } } })),
    say.itemAdded(userItem, null),
    say.itemAdded(reply, 'item_u'),
    say.itemAdded(call, 'item_a'),
    say.itemDone(reply, 'item_u'),
    say.itemRetrieved(reply),
    say.itemTruncated('item_a', 0, 400),
    say.itemDeleted('item_a'),
    say.transcriptionDelta('item_u', 'Hi'),
    say.transcriptionCompleted('item_u', 'Hi.', { type: 'duration', seconds: 1 }, 'en'),
    say.transcriptionFailed('item_u', 'Nobody listened.'),
    say.speechStarted('item_u', 320.4),
    say.speechStopped('item_u', 1500),
    say.timeoutTriggered('item_u', 0, 6000),
    say.audioCommitted('item_u', null),
    say.audioCleared(),
    say.responseCreated({ ...response, status: 'in_progress' }),
    say.responseDone({ ...response, status: 'completed', output: [reply, call], usage, metadata: { a: 'b' } }),
    say.responseDone({
      ...response,
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'turn_detected' },
    }),
    say.rateLimitsUpdated([{ name: 'requests', limit: 100, remaining: 99, reset_seconds: 0.6 }]),
    say.outputItemAdded('resp_1', 0, { id: 'item_a', type: 'message', status: 'in_progress', role: 'assistant', content: [] }),
    say.outputItemDone('resp_1', 0, reply),
    say.contentPartAdded(at, 'audio'),
    say.contentPartDone(at, 'text', 'Hello.'),
    say.audioDelta(at, Int16Array.of(1, -1)),
    say.audioDone(at),
    say.audioTranscriptDelta(at, 'Hel'),
    say.audioTranscriptDone(at, 'Hello.'),
    say.textDelta(at, 'Hel'),
    say.textDone(at, 'Hello.'),
    say.argumentsDelta(ofCall, '{'),
    say.argumentsDone(ofCall, 'get_time', ''),
    say.error({ type: 'invalid_request_error', code: null, message: 'No.', param: null, event_id: null }),
  ];
}

describe.each(dialects)('what is written in the dialect %s', (dialect, family) => {
  it.each(clientEvents.map((event) => [event.type, event] as const))(
    'has of client event %s what was published, and nothing else (S004-20)',
    (_, event) => {
      const wire = toDialect(event, dialect);
      if (wire === undefined) return expect(realtimeEventTypes(dialect, 'client')).not.toContain(event.type);
      expect(realtimeEventTypes(dialect, 'client')).toContain(wire.type);
      expect(complaints(JSON.parse(JSON.stringify(wire)), 'client', family, { closed: true })).toEqual([]);
    },
  );

  it.each(serverEvents(dialect).map((event, index) => [`${index} ${event.type}`, event] as const))(
    'has of server event %s what was published, and nothing else (S004-23)',
    (_, event) => {
      const text = writeRealtimeEvent(event, dialect);
      if (text === undefined) return expect(realtimeEventTypes(dialect, 'server')).not.toContain(event.type);
      const wire: unknown = JSON.parse(text);
      expect(complaints(wire, 'server', family, { closed: true })).toEqual([]);
    },
  );
});

describe('a session that only transcribes', () => {
  it.each(['beta', 'ga'] as const)('is told of as published in the dialect %s', (dialect) => {
    const session = defaultSession({ id: 'sess_1', model: 'anything', dialect });
    const update = { type: 'transcription', audio: { input: { transcription: { model: 'whisper-1' } } } } as const;
    const asked = toDialect(client.updateSession(update), dialect);
    expect(complaints(asked, 'client', dialect, { closed: true })).toEqual([]);
    const told = toDialect(say.sessionUpdated(mergeSession(session, update)), dialect);
    // The beta had no room for the id of such a session, which its service sent all the same.
    expect(complaints(told, 'server', dialect, { closed: dialect === 'ga' })).toEqual([]);
    expect([asked?.type, told?.type]).toEqual(
      dialect === 'ga'
        ? ['session.update', 'session.updated']
        : ['transcription_session.update', 'transcription_session.updated'],
    );
  });
});

describe('the names of the events', () => {
  it('are 9 of the client and 28 of the server in October 2024, 37 in all (S001-1)', () => {
    expect([...realtimeEventTypes('beta-2024-10', 'client')].sort()).toEqual([...octoberTypes('client')].sort());
    expect([...realtimeEventTypes('beta-2024-10', 'server')].sort()).toEqual([...octoberTypes('server')].sort());
    expect([octoberTypes('client').length, octoberTypes('server').length]).toEqual([9, 28]);
  });

  it.each([
    ['beta', 'beta', 12, 34],
    ['ga', 'ga', 11, 46],
  ] as const)('are those published for %s (S001-1)', (dialect, family, fromClient, fromServer) => {
    expect([...realtimeEventTypes(dialect, 'client')].sort()).toEqual(publishedTypes('client', family).sort());
    expect([...realtimeEventTypes(dialect, 'server')].sort()).toEqual(publishedTypes('server', family).sort());
    expect([realtimeEventTypes(dialect, 'client').length, realtimeEventTypes(dialect, 'server').length]).toEqual([
      fromClient,
      fromServer,
    ]);
  });
});

describe('the check against the published schemas', () => {
  it('finds what is missing, of the wrong kind, or not named', () => {
    expect(complaints({ type: 'response.audio.done', event_id: 'e' }, 'server', 'beta')).toContain(
      'response.audio.done: lacks item_id',
    );
    expect(complaints({ type: 'input_audio_buffer.append', audio: 1 }, 'client', 'ga')).toEqual([
      'input_audio_buffer.append.audio: is not string',
    ]);
    expect(complaints({ type: 'input_audio_buffer.clear', x: 1 }, 'client', 'ga', { closed: true })).toEqual([
      'input_audio_buffer.clear: has x',
    ]);
  });
});
