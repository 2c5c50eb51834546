import { defaultSession, realtimeServerEvents, toDialect } from '@voxrill/openai';
import type { RealtimeLogLine } from '@voxrill/realtime-server';
import { describe, expect, it } from 'vitest';
import { wireFaults } from './wire-faults.js';

// A check that cannot fail proves nothing, so each rule is shown a conversation that breaks it.

const say = realtimeServerEvents(counter());
const at = { response_id: 'resp_1', item_id: 'item_a', output_index: 0, content_index: 0 };
const user = {
  id: 'item_u',
  type: 'message',
  role: 'user',
  status: 'completed',
  content: [{ type: 'input_audio', transcript: null }],
} as const;
const begun = { id: 'item_a', type: 'message', role: 'assistant', status: 'in_progress', content: [] } as const;
const reply = { ...begun, status: 'completed', content: [{ type: 'output_audio', transcript: 'Hello there.' }] } as const;
const response = {
  id: 'resp_1',
  output_modalities: ['audio'],
  max_output_tokens: 'inf',
  audio: { output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'alloy' } },
  conversation_id: 'conv_1',
} as const;
const usage = {
  total_tokens: 42,
  input_tokens: 30,
  output_tokens: 12,
  input_token_details: { text_tokens: 10, audio_tokens: 20, cached_tokens: 0 },
  output_token_details: { text_tokens: 4, audio_tokens: 8 },
};

const conversation: readonly RealtimeLogLine[] = [
  say.sessionCreated(defaultSession({ id: 'sess_1', model: 'any', dialect: 'ga' })),
  say.speechStarted('item_u', 120),
  say.speechStopped('item_u', 2100),
  say.audioCommitted('item_u', null),
  say.itemAdded(user, null),
  say.itemDone(user, null),
  say.responseCreated({ ...response, status: 'in_progress' }),
  say.transcriptionCompleted('item_u', 'Hi.', { type: 'duration', seconds: 2 }),
  say.outputItemAdded('resp_1', 0, begun),
  say.itemAdded(begun, 'item_u'),
  say.contentPartAdded(at, 'audio'),
  say.audioTranscriptDelta(at, 'Hello '),
  say.audioDelta(at, Int16Array.of(1, 2)),
  say.audioTranscriptDelta(at, 'there.'),
  say.audioDone(at),
  say.audioTranscriptDone(at, 'Hello there.'),
  say.contentPartDone(at, 'audio', 'Hello there.'),
  say.itemDone(reply, 'item_u'),
  say.outputItemDone('resp_1', 0, reply),
  say.responseDone({ ...response, status: 'completed', output: [reply], usage }),
  say.itemTruncated('item_a', 0, 100),
].map((event) => server(toDialect(event, 'ga')));

function server(event: object | undefined): RealtimeLogLine {
  const written = JSON.parse(JSON.stringify(event)) as { readonly type: string };
  return { dir: 'server', proto: 'ga', conn: 'sess_1', event: written };
}

function counter(): () => string {
  let count = 0;
  return () => `event_${++count}`;
}

const isOf = (type: string) => (line: RealtimeLogLine) => 'type' in line.event && line.event.type === type;
const without = (type: string, which = 0) => {
  const index = conversation.findIndex(isOf(type));
  const chosen = which === 0 ? index : conversation.findIndex((line, at) => at > index && isOf(type)(line));
  return conversation.filter((_, at) => at !== chosen);
};
const changed = (type: string, members: object) =>
  conversation.map((line) => (isOf(type)(line) ? server({ ...line.event, ...members }) : line));
/** With an end of the response that has other members. */
const ended = (members: object) =>
  changed('response.done', { response: { ...response, status: 'completed', output: [reply], usage, ...members } });
const twice = (type: string) =>
  conversation.flatMap((line) => (isOf(type)(line) ? [line, server({ ...line.event, event_id: 'again' })] : [line]));

describe('the check of the wire', () => {
  it('has nothing against a conversation in which all is right', () => {
    expect(wireFaults(conversation)).toEqual([]);
  });

  it.each([
    ['an event without an id', changed('response.output_audio.done', { event_id: undefined }), 'lacks event_id'],
    ['a member that was never published', changed('input_audio_buffer.committed', { mine: 1 }), 'has mine'],
    [
      'an event of the beta',
      changed('response.output_audio.done', { type: 'response.audio.done' }),
      'no server event response.audio.done',
    ],
    ['an id that comes twice', changed('response.output_audio.done', { event_id: 'event_1' }), 'event_1 came twice'],
    ['no session.created', without('session.created'), 'the first event is input_audio_buffer.speech_started'],
    ['speech that stops twice', twice('input_audio_buffer.speech_stopped'), 'speech_stopped without speech_started'],
    [
      'a commit of another item',
      without('input_audio_buffer.speech_stopped').map((line) =>
        isOf('input_audio_buffer.committed')(line) ? server({ ...line.event, item_id: 'item_x' }) : line,
      ),
      'a commit in speech names another item',
    ],
    ['a committed item that is not announced', without('conversation.item.added'), 'item_u is done, and was never added'],
    ['an item that is announced twice', twice('conversation.item.added'), 'announced twice'],
    ['a part before its item', without('conversation.item.added', 1), "before the item's own event"],
    ['a part that was never added', without('response.content_part.added'), 'before content_part.added'],
    ['a part that is left open', without('response.content_part.done'), 'output_item.done before content_part.done'],
    ['an item that is left open', without('response.output_item.done'), 'had no output_item.done'],
    ['a response that is left open', without('response.done'), 'never reached response.done'],
    ['a response that was never created', without('response.created'), 'which was never created'],
    ['a response that is created twice', twice('response.created'), 'created twice'],
    [
      'a transcript that is not its deltas',
      changed('response.output_audio_transcript.done', { transcript: 'No.' }),
      'not the sum of its deltas',
    ],
    ['a response that lists other items', ended({ output: [] }), 'lists other items'],
    ['a response without usage', ended({ usage: null }), 'has no usage'],
    ['audio before its words', without('response.output_audio_transcript.delta'), 'before any of its transcript'],
    ['audio that is not base64', changed('response.output_audio.delta', { delta: 'AAA' }), 'not canonical base64'],
    ['audio after its end', [...conversation, server(say.audioDelta(at, Int16Array.of(1)))], 'after response.done'],
    ['a truncated user', changed('conversation.item.truncated', { item_id: 'item_u' }), "not the assistant's"],
    [
      'an error about nothing',
      [
        ...conversation,
        server(say.error({ type: 'invalid_request_error', code: null, message: 'No.', param: null, event_id: 'nobody' })),
      ],
      'nobody, which the client never sent',
    ],
  ])('finds %s', (_, lines, fault) => {
    expect(wireFaults(lines).join('\n')).toContain(fault);
  });
});
