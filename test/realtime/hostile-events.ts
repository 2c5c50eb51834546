import type { Random } from '@voxrill/testing';

/** Whose events are imitated. */
export type HostileRole = 'client' | 'server';

/** Text that no honest peer would send, mixed with what one would. */
export interface HostileEvents {
  next(): string;
  /** Reads the names in what the other side has said, so that some events are about things that exist. */
  learn(text: string): void;
}

type Wire = Readonly<Record<string, unknown>>;

/** Stands for a number that JSON can write and JavaScript cannot hold. */
const hugeNumber = '<huge number>';
const deep = (open: string, close: string, levels: number): string => open.repeat(levels) + close.repeat(levels);
const polluting: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
const nested: unknown = JSON.parse(deep('[', ']', 2_000));
const longId = 'x'.repeat(100_000);
const nasty: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, -1e308, 2 ** 53, 1e308, hugeNumber, '', '\ud800', '\u0000', 'inf', 'root', '__proto__', longId],
  ...[[], {}, [null], [[]], ['x'], { type: 'x' }, polluting, nested],
];
const strangeTexts = ['', ' ', 'null', '[]', '7', '"text"', '{}', '\u0000', '\ufeff{}', '{"type":"__proto__"}', '{"type":{}}'];
const oddAudio = ['AAAA', 'AAAB', 'A', 'AA==', '', '***', 'AAAA AAAA', 'A'.repeat(12_800), 'f39/f39/'.repeat(800)];

/** Imitates one side of the protocol, badly, and the same way for the same random numbers. */
export function hostileEvents(role: HostileRole, random: Random): HostileEvents {
  const names: string[] = ['item_1', 'resp_1', 'call_1', 'root'];
  const past: string[] = [];
  let count = 0;
  const name = (): string => (random.chance(0.1) ? `made_${random.between(0, 50)}` : random.pick(names));
  const make = role === 'client' ? clientEvents : serverEvents;
  const harmed = (event: Wire): string => {
    const members = Object.keys(event);
    switch (random.between(0, 9)) {
      case 0:
        return written({ ...event, [random.pick(members)]: random.pick(nasty) });
      case 1:
        return written(harmedWithin(event, random));
      case 2: {
        const gone = random.pick(members);
        return written(Object.fromEntries(Object.entries(event).filter(([member]) => member !== gone)));
      }
      case 3:
        return written({ ...event, ...(polluting as object), event_id: random.pick(nasty) });
      case 4: {
        const text = written(event);
        return text.slice(0, random.between(0, text.length));
      }
      case 5:
        return written(event).repeat(2);
      case 6:
        return written({ ...event, type: `${String(event.type)}${random.pick(['s', '.done', '\u0000', ' '])}` });
      case 7:
        return `${written(event).slice(0, -1)},"more":${deep('[', ']', 5_000)}}`;
      case 8:
        return random.pick(strangeTexts);
      default:
        return random.chance(0.1) ? deep('[', '', 50_000) : written(event).replace(/[{}":,]/u, () => '\ufffd');
    }
  };
  return {
    next() {
      const again = past.length > 0 && random.chance(0.05);
      const event = random.pick(make)({ random, name, fresh: () => `new_${++count}` });
      const text = again ? random.pick(past) : random.chance(0.4) ? written(event) : harmed(event);
      past[past.length < 64 ? past.length : random.between(0, 63)] = text;
      return text;
    },
    learn(text) {
      for (const [, found] of text.slice(0, 4_096).matchAll(/"(?:id|item_id|response_id|call_id)":"([^"]{1,64})"/gu)) {
        if (found !== undefined) names[names.length < 48 ? names.length : random.between(4, 47)] = found;
      }
    },
  };
}

const written = (event: unknown): string => JSON.stringify(event).replaceAll(`"${hugeNumber}"`, '1e999');

/** Puts something nasty somewhere below the members. */
function harmedWithin(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.15)) return random.pick(nasty);
  if (Array.isArray(value)) {
    const at = random.between(0, Math.max(0, value.length - 1));
    return value.map((each, index) => (index === at ? harmedWithin(each, random) : each));
  }
  const members = Object.entries(value);
  if (members.length === 0) return polluting;
  const [at] = random.pick(members);
  return Object.fromEntries(members.map(([member, each]) => [member, member === at ? harmedWithin(each, random) : each]));
}

interface Making {
  readonly random: Random;
  name(): string;
  fresh(): string;
}

const numbers = [0, 1, 100, 1_000, 2 ** 31, 2 ** 53, -1, 1e308];

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

const detection = ({ random }: Making): unknown =>
  random.pick<unknown>([
    null,
    {
      type: 'server_vad',
      threshold: 0.5,
      silence_duration_ms: random.pick([200, 0, 1e9]),
      prefix_padding_ms: random.pick(numbers),
    },
    { type: 'server_vad', create_response: false, interrupt_response: false, idle_timeout_ms: random.pick([5_000, 0, 1e9]) },
    { type: 'semantic_vad', eagerness: random.pick(['low', 'high', 'most']) },
  ]);

const sessions = (making: Making): Wire => {
  const { random } = making;
  const tools = Array.from({ length: random.pick([0, 1, 200]) }, (_, index) => ({
    type: 'function',
    name: `tool_${index}`,
    description: 'x'.repeat(random.pick([0, 200])),
    parameters: { type: 'object', properties: { a: { type: 'string' } } },
  }));
  return random.pick<() => Wire>([
    () => ({
      type: 'realtime',
      tools,
      tool_choice: random.pick<unknown>(['auto', 'none', { type: 'function', name: 'tool_0' }]),
    }),
    () => ({ type: 'realtime', audio: { input: { turn_detection: detection(making) } } }),
    () => ({ turn_detection: detection(making), modalities: ['text', 'audio'], voice: 'alloy', temperature: 0.8 }),
    () => ({
      type: 'realtime',
      audio: { input: { format: { type: random.pick(['audio/pcm', 'audio/pcmu', 'audio/pcma', 'x']) } } },
    }),
    () => ({ input_audio_format: random.pick(['pcm16', 'g711_ulaw', 'mp3']), output_audio_format: 'g711_alaw' }),
    () => ({ type: 'realtime', output_modalities: random.pick([['text'], ['audio'], ['audio', 'text'], []]) }),
    () => ({
      type: 'realtime',
      instructions: 'x'.repeat(random.pick([0, 5_000])),
      max_output_tokens: random.pick([1, 'inf', 0, 1e9]),
    }),
    () => ({ type: 'transcription', audio: { input: { transcription: { model: 'x' } } } }),
  ])();
};

const clientEvents: readonly ((making: Making) => Wire)[] = [
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

const serverEvents: readonly ((making: Making) => Wire)[] = [
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
