import { encodeAudio } from '@voxrill/openai';
import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { calling, says, silent, userText } from './call-harness.js';

const ids = ['a', 'b', 'c', 'root', 'call_1', 'nowhere'];
const id = fc.constantFrom(...ids);
const audio = fc.constantFrom(
  encodeAudio(says('hello', 400)),
  encodeAudio(silent(200)),
  encodeAudio(silent(700)),
  encodeAudio(says('x', 40)),
  'AAAB',
  '',
);
const tool = { type: 'function', name: 'look', parameters: { type: 'object' } };
const detection = fc.constantFrom(
  null,
  { type: 'server_vad' },
  { type: 'server_vad', silence_duration_ms: 200, interrupt_response: false },
  { type: 'server_vad', create_response: false, idle_timeout_ms: 5_000 },
  { type: 'semantic_vad', eagerness: 'high' },
);
const update = fc.oneof(
  detection.map((turn_detection) => ({ type: 'realtime', audio: { input: { turn_detection } } })),
  fc
    .constantFrom('audio/pcmu', 'audio/pcma', 'audio/pcm')
    .map((type) => ({ type: 'realtime', audio: { input: { format: { type } }, output: { format: { type } } } })),
  fc.constantFrom(
    { type: 'realtime', tools: [tool] },
    { type: 'realtime', output_modalities: ['text'] },
    { type: 'realtime', output_modalities: ['audio'], audio: { input: { transcription: { model: 'whisper-1' } } } },
    { type: 'realtime', audio: { input: { transcription: null } } },
    { type: 'realtime', audio: { output: { voice: 'verse' } } },
    { type: 'transcription' },
    { type: 'realtime', nonsense: 1 },
    {},
  ),
);
const item = fc.oneof(
  fc
    .record({ id: fc.option(id, { nil: undefined }), words: fc.string({ maxLength: 20 }) })
    .map(({ id: own, words }) => userText(words, own).item),
  audio.map((bytes) => ({ type: 'message', role: 'user', content: [{ type: 'input_audio', audio: bytes }] })),
  id.map((call_id) => ({ type: 'function_call', call_id, name: 'look', arguments: '{}' })),
  id.map((call_id) => ({ type: 'function_call_output', call_id, output: 'yes' })),
  fc.constant({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hm.' }] }),
);
const response = fc.constantFrom(
  undefined,
  { conversation: 'none', metadata: { a: 'b' } },
  { conversation: 'none', input: [], output_modalities: ['text'] },
  { output_modalities: ['text'], max_output_tokens: 3 },
  { input: [{ type: 'item_reference', id: 'a' }] },
  { audio: { output: { voice: 'verse' } } },
);
const sound = fc.oneof(
  { weight: 4, arbitrary: audio.map((bytes) => ({ type: 'input_audio_buffer.append', audio: bytes })) },
  fc.constantFrom('input_audio_buffer.commit', 'input_audio_buffer.clear', 'output_audio_buffer.clear').map((type) => ({ type })),
  fc.record({ type: fc.constant('conversation.item.create'), item, previous_item_id: fc.option(id) }),
  fc.record({ type: fc.constantFrom('conversation.item.retrieve', 'conversation.item.delete'), item_id: id }),
  fc.record({
    type: fc.constant('conversation.item.truncate'),
    item_id: id,
    content_index: fc.nat(1),
    audio_end_ms: fc.nat(2_000),
  }),
  { weight: 3, arbitrary: response.map((given) => ({ type: 'response.create', response: given })) },
  fc.option(id).map((response_id) => ({ type: 'response.cancel', response_id })),
  update.map((session) => ({ type: 'session.update', session })),
);
const broken = fc.oneof(
  fc.json(),
  fc.string(),
  fc.string().map((type) => ({ type })),
  sound.map((event) => ({ ...event, type: `${event.type}s` })),
  sound.chain((event) => fc.constantFrom(...Object.keys(event)).map((member) => ({ ...event, [member]: 7 }))),
);
/** The ids that the server has given in the call, for events about its own items. */
const act = fc.oneof(
  { weight: 8, arbitrary: sound.map((event) => ({ kind: 'event' as const, event })) },
  { weight: 2, arbitrary: broken.map((event) => ({ kind: 'event' as const, event })) },
  { weight: 2, arbitrary: fc.nat(1_500).map((ms) => ({ kind: 'pass' as const, ms })) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('own' as const),
      type: fc.constantFrom('conversation.item.truncate', 'conversation.item.delete', 'conversation.item.retrieve'),
      back: fc.nat(3),
      ms: fc.nat(500),
    }),
  },
);

it.each(['ga', 'beta'] as const)(
  'whatever a client sends in %s, in whatever order, every event is right and the call still answers (S004-10, S001-10)',
  async (dialect) => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 60 }), async (acts) => {
        const call = await calling({
          dialect,
          limits: { items: 40, bufferMs: 5_000, audioBytes: 200_000, asides: 2, transcriptMs: 300 },
          stt: fakeSTT({
            sampleRate: 24_000,
            hears: (_, i) => (i % 5 === 4 ? { error: 'server' } : { text: `word ${i}`, finalMs: (i % 3) * 200 }),
          }),
          llm: fakeLLM({
            firstMs: 50,
            tokenMs: 20,
            replies: (_, i) =>
              i % 6 === 5
                ? ['Well,', { error: 'server' }]
                : i % 4 === 3
                  ? ['Let me look. ', { toolCall: { name: 'look' } }]
                  : 'One two. Three four.',
          }),
          tts: fakeTTS({ sampleRate: 24_000, charMs: 20, firstMs: 20, nextMs: 30 }),
        });
        for (const each of acts) {
          if (each.kind === 'pass') await call.pass(each.ms);
          else if (each.kind === 'event') call.send(each.event);
          else {
            const added = dialect === 'ga' ? 'conversation.item.added' : 'conversation.item.created';
            const own = (call.of(added).at(-1 - each.back)?.item as { id?: string } | undefined)?.id;
            call.send({ type: each.type, item_id: own ?? 'none', content_index: 0, audio_end_ms: each.ms });
          }
        }
        await call.pass(10_000);
        // It still answers.
        const session = { type: 'realtime', audio: { input: { turn_detection: null } } };
        call.send({ type: 'session.update', session });
        const before = call.of('response.done').length;
        call.send({ type: 'response.create', response: { input: [], output_modalities: ['text'] } });
        await call.pass(10_000);
        expect(call.of('response.done').length).toBe(before + 1);
        await call.end();
      }),
      { numRuns: 60 },
    );
  },
  60_000,
);

it('every event that cannot be acted on is answered by an error with its id', async () => {
  const call = await calling();
  await fc.assert(
    fc.property(broken, (event) => {
      if (typeof event !== 'object' || event === null || Array.isArray(event)) return;
      const known = call.of('error').length;
      call.send({ ...event, event_id: 'this one' });
      const error = call.of('error')[known]?.error as { event_id?: string } | undefined;
      if (error !== undefined) expect(error.event_id).toBe('this one');
    }),
    { numRuns: 500 },
  );
  expect(call.of('error').length).toBeGreaterThan(100);
  call.call.close('The test is over.');
});
