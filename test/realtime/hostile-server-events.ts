import { type Making, numbers, oddAudio, sessions, type Wire } from './hostile-parts.js';

const part = ({ random, name }: Making): Wire => ({
  response_id: name(),
  item_id: name(),
  output_index: random.pick([0, 1, 1e9]),
  content_index: random.pick([0, 0, 1, 1e9]),
});

const serverItem = ({ random, name, fresh }: Making): Wire =>
  random.pick<() => Wire>([
    () => ({ id: fresh(), type: 'message', role: 'assistant', status: 'in_progress', content: [] }),
    () => ({ id: name(), type: 'message', role: 'user', content: [{ type: 'input_audio', transcript: null }] }),
    () => ({ id: name(), type: 'function_call', call_id: fresh(), name: 'nobody_knows', arguments: '{"a":' }),
    () => ({ id: fresh(), type: 'function_call', call_id: name(), name: 'nobody_knows', arguments: '' }),
  ])();

const response = (making: Making, status: string): Wire => ({
  id: making.random.chance(0.5) ? making.fresh() : making.name(),
  object: 'realtime.response',
  status,
  status_details: making.random.pick<unknown>([null, { type: 'failed', error: { code: 'x', message: 'y' } }]),
  output: making.random.chance(0.5) ? [serverItem(making), serverItem(making)] : [],
  metadata: making.random.pick<unknown>([null, {}, { voxrill_request: making.name(), voxrill_beside: making.name() }]),
  usage: making.random.pick<unknown>([null, { total_tokens: -1, input_tokens: 1e308, output_tokens: 0 }]),
});

/** What a server may say, at any time and about anything. */
export const serverEvents: readonly ((making: Making) => Wire)[] = [
  (making) => ({ type: 'response.created', event_id: 'e', response: response(making, 'in_progress') }),
  (making) => ({
    type: 'response.done',
    event_id: 'e',
    response: response(making, making.random.pick(['completed', 'failed', 'x'])),
  }),
  (making) => ({
    type: 'response.output_item.added',
    event_id: 'e',
    response_id: making.name(),
    output_index: 0,
    item: serverItem(making),
  }),
  (making) => ({
    type: 'response.output_item.done',
    event_id: 'e',
    response_id: making.name(),
    output_index: 0,
    item: serverItem(making),
  }),
  (making) => ({ type: 'response.content_part.added', event_id: 'e', ...part(making), part: { type: 'audio', transcript: '' } }),
  (making) => ({ type: 'response.content_part.done', event_id: 'e', ...part(making), part: { type: 'audio', transcript: '' } }),
  (making) => ({ type: 'response.output_audio.delta', event_id: 'e', ...part(making), delta: making.random.pick(oddAudio) }),
  (making) => ({ type: 'response.output_audio.delta', event_id: 'e', ...part(making), delta: making.random.pick(oddAudio) }),
  (making) => ({ type: 'response.output_audio.done', event_id: 'e', ...part(making) }),
  (making) => ({ type: 'response.output_audio_transcript.delta', event_id: 'e', ...part(making), delta: 'blah ' }),
  (making) => ({ type: 'response.output_audio_transcript.done', event_id: 'e', ...part(making), transcript: 'blah blah' }),
  (making) => ({ type: 'response.output_text.delta', event_id: 'e', ...part(making), delta: 'blah ' }),
  (making) => ({ type: 'response.output_text.done', event_id: 'e', ...part(making), text: 'blah blah' }),
  (making) => ({
    type: 'response.function_call_arguments.done',
    event_id: 'e',
    response_id: making.name(),
    item_id: making.name(),
    output_index: 0,
    call_id: making.fresh(),
    name: 'nobody_knows',
    arguments: '[',
  }),
  ({ random, name }) => ({
    type: 'input_audio_buffer.speech_started',
    event_id: 'e',
    audio_start_ms: random.pick(numbers),
    item_id: name(),
  }),
  ({ random, name }) => ({
    type: 'input_audio_buffer.speech_stopped',
    event_id: 'e',
    audio_end_ms: random.pick(numbers),
    item_id: name(),
  }),
  ({ name }) => ({ type: 'input_audio_buffer.committed', event_id: 'e', previous_item_id: name(), item_id: name() }),
  ({ name }) => ({
    type: 'input_audio_buffer.timeout_triggered',
    event_id: 'e',
    audio_start_ms: 0,
    audio_end_ms: 9,
    item_id: name(),
  }),
  ({ name, random }) => ({
    type: 'conversation.item.input_audio_transcription.completed',
    event_id: 'e',
    item_id: name(),
    content_index: 0,
    transcript: random.pick(['', 'blah', 'x'.repeat(10_000)]),
    usage: { type: 'duration', seconds: -1 },
  }),
  ({ name }) => ({
    type: 'conversation.item.input_audio_transcription.delta',
    event_id: 'e',
    item_id: name(),
    content_index: 0,
    delta: 'bl',
  }),
  ({ name }) => ({
    type: 'conversation.item.input_audio_transcription.failed',
    event_id: 'e',
    item_id: name(),
    content_index: 0,
    error: {},
  }),
  (making) => ({ type: 'conversation.item.added', event_id: 'e', previous_item_id: making.name(), item: serverItem(making) }),
  ({ name }) => ({ type: 'conversation.item.deleted', event_id: 'e', item_id: name() }),
  ({ name }) => ({ type: 'conversation.item.truncated', event_id: 'e', item_id: name(), content_index: 0, audio_end_ms: 5 }),
  (making) => ({
    type: 'session.created',
    event_id: 'e',
    session: { ...sessions(making), expires_at: making.random.pick([...numbers, null]) },
  }),
  (making) => ({ type: 'session.updated', event_id: 'e', session: sessions(making) }),
  ({ random }) => ({
    type: 'rate_limits.updated',
    event_id: 'e',
    rate_limits: [
      {
        name: random.pick(['tokens', 'requests', '__proto__']),
        limit: random.pick(numbers),
        remaining: -1,
        reset_seconds: 1e308,
      },
    ],
  }),
  ({ random, name }) => ({
    type: 'error',
    event_id: 'e',
    error: {
      type: random.pick(['invalid_request_error', 'server_error']),
      code: random.pick([null, 'conversation_already_has_active_response', 'response_cancel_not_active', 'item_not_found', 'x']),
      message: 'Something.',
      param: null,
      event_id: random.pick([null, name()]),
    },
  }),
];
