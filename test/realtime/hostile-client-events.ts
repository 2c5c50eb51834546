import { type Making, numbers, oddAudio, sessions, type Wire } from './hostile-parts.js';

const clientItem = ({ random, name, fresh }: Making): Wire =>
  random.pick<() => Wire>([
    () => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text: fresh() }] }),
    () => ({ id: fresh(), type: 'message', role: 'user', content: [{ type: 'input_audio', audio: random.pick(oddAudio) }] }),
    () => ({ id: name(), type: 'message', role: 'system', content: [{ type: 'input_text', text: '\ud800' }] }),
    () => ({ type: 'message', role: 'assistant', content: [{ type: random.pick(['text', 'output_text']), text: 'Hm.' }] }),
    () => ({ id: fresh(), type: 'function_call', call_id: name(), name: 'look', arguments: '{' }),
    () => ({ type: 'function_call_output', call_id: name(), output: 'x'.repeat(random.between(0, 2_000)) }),
    () => ({ type: 'item_reference', id: name() }),
    () => ({ type: 'mcp_approval_response', approval_request_id: name(), approve: true }),
  ])();

/** What a client may say, at any time and about anything. */
export const clientEvents: readonly ((making: Making) => Wire)[] = [
  ({ random }) => ({ type: 'input_audio_buffer.append', audio: random.pick(oddAudio) }),
  ({ random }) => ({ type: 'input_audio_buffer.append', audio: random.pick(oddAudio) }),
  ({ fresh }) => ({ type: 'input_audio_buffer.commit', event_id: fresh() }),
  () => ({ type: 'input_audio_buffer.clear' }),
  () => ({ type: 'output_audio_buffer.clear' }),
  (making) => ({
    type: 'conversation.item.create',
    item: clientItem(making),
    previous_item_id: making.random.pick([null, making.name()]),
  }),
  (making) => ({ type: 'conversation.item.create', item: clientItem(making) }),
  ({ name }) => ({ type: 'conversation.item.retrieve', item_id: name() }),
  ({ name }) => ({ type: 'conversation.item.delete', item_id: name() }),
  ({ random, name }) => ({
    type: 'conversation.item.truncate',
    item_id: name(),
    content_index: random.pick([0, 0, 1, -1, 1e308]),
    audio_end_ms: random.pick(numbers),
  }),
  () => ({ type: 'response.create' }),
  (making) => ({
    type: 'response.create',
    response: {
      conversation: making.random.pick(['none', 'auto', 'x']),
      metadata: { [making.fresh()]: making.name() },
      input: [clientItem(making), clientItem(making)],
      output_modalities: making.random.pick([['text'], ['audio']]),
    },
  }),
  ({ random }) => ({
    type: 'response.create',
    response: { modalities: ['text'], max_output_tokens: random.pick([1, 5, 'inf']) },
  }),
  ({ random, name }) => ({ type: 'response.cancel', ...(random.chance(0.5) ? {} : { response_id: name() }) }),
  () => ({ type: 'response.cancel' }),
  (making) => ({ type: 'session.update', event_id: making.fresh(), session: sessions(making) }),
  (making) => ({ type: 'transcription_session.update', session: sessions(making) }),
];
