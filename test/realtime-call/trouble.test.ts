import { defineProcessor, moderationGate, pipeline, VirtualClock } from '@voxrill/core';
import { defaultSession, encodeAudio, parseClientEvent } from '@voxrill/openai';
import { RealtimeCall } from '@voxrill/realtime-server';
import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
import { expect, it } from 'vitest';
import { calling, pulseVad, says, silent, userText } from './call-harness.js';

it('a detector that cannot be made is an error on the wire, and the rest of the call goes on', async () => {
  let broken = true;
  const call = await calling({
    vad: (settings) => (broken ? Promise.reject(new Error('There are no weights.')) : pulseVad(settings)),
  });
  await call.hears(silent(20));
  expect(call.of('error')[0]?.error).toMatchObject({ type: 'server_error', message: 'There are no weights.' });
  call.send(userText('Hello.'), { type: 'response.create' });
  await call.pass(50);
  expect(call.of('response.done')).toHaveLength(1);
  broken = false;
  await call.hears(says('hello', 400));
  await call.hears(silent(600));
  await call.pass(50);
  expect(call.of('response.done')).toHaveLength(2);
  await call.end();
});

it.each(['at once', 'later'])(
  'a detector that never can be made, which shows %s, is told once, and speech is committed by hand',
  async (when) => {
    let tries = 0;
    const call = await calling({
      vad: () => {
        tries++;
        const error = new Error('There are no weights.');
        if (when === 'later') return Promise.reject(error);
        throw error;
      },
    });
    // In two pieces, the first of which shows it.
    await call.hears(says('hello', 400), { atOnce: true });
    await call.pass(50);
    await call.hears(silent(1_000));
    expect(tries).toBe(2 + 50);
    expect(call.of('error').map(({ error }) => error)).toMatchObject([
      { type: 'server_error', message: 'There are no weights.' },
    ]);
    call.send({ type: 'input_audio_buffer.commit' }, { type: 'response.create' });
    await call.pass(50);
    expect(call.llm.calls[0]?.request.messages).toEqual([{ role: 'user', content: 'hello' }]);
    expect(call.of('error')).toHaveLength(1);
    await call.end();
  },
);

it('a detector that cannot be made lets no more audio gather than is taken without one', async () => {
  const call = await calling({ vad: () => Promise.reject(new Error('There are no weights.')), limits: { bufferMs: 1_000 } });
  await call.hears(silent(5_000));
  call.send({ type: 'input_audio_buffer.commit' });
  const [committed] = call.of('input_audio_buffer.committed');
  call.send({ type: 'conversation.item.retrieve', item_id: committed?.item_id });
  const audio = encodeAudio(silent(1_000));
  expect(call.of('conversation.item.retrieved')[0]?.item).toMatchObject({ content: [{ audio }] });
  await call.end();
});

it('events wait in order behind a long piece of audio, up to a bound, and then are refused by their ids', async () => {
  const call = await calling({ limits: { waitingBytes: 3_000 } });
  const audio = encodeAudio(silent(5_000));
  call.send({ type: 'input_audio_buffer.append', audio }, userText('a'), { type: 'input_audio_buffer.clear' });
  call.send({ ...userText('b'), event_id: 'refused' });
  expect(call.types()).toEqual(['session.created', 'error']);
  expect(call.of('error')[0]?.error).toMatchObject({ code: 'too_many_events', event_id: 'refused' });
  await call.pass(10);
  expect(call.types().slice(2)).toEqual(['conversation.item.added', 'conversation.item.done', 'input_audio_buffer.cleared']);
  await call.end();
});

it('a pipeline that gives up ends the call: the client is told, and closed', async () => {
  let giveUp = (): void => undefined;
  const line = defineProcessor('line', (stage) => {
    giveUp = () => stage.session.abort('The line is dead.');
    return {};
  });
  const llm = fakeLLM({ firstMs: 500 });
  const call = await calling({
    makePipeline: ({ input, conversation, output }) =>
      pipeline(input, fakeSTT({ sampleRate: 24_000 }), conversation, llm, line, fakeTTS(), output),
  });
  call.send(userText('Hello.'), { type: 'response.create' });
  await call.pass(50);
  giveUp();
  await call.pass(0);
  expect(call.types().slice(-2)).toEqual(['error', 'response.done']);
  expect(call.closes).toEqual([{ code: 1011, reason: 'The line is dead.' }]);
  await call.end();
});

it.each(['audio', 'text'])('what a moderator answers in place of the model is the response, in %s', async (modality) => {
  const llm = fakeLLM();
  const gate = moderationGate({ side: 'user', moderate: (text) => (text.includes('rude') ? 'block' : 'pass'), refusal: 'No.' });
  const call = await calling({
    makePipeline: ({ input, conversation, output }) =>
      pipeline(input, fakeSTT({ sampleRate: 24_000 }), conversation, gate, llm, fakeTTS({ sampleRate: 24_000 }), output),
  });
  call.send(userText('Something rude.'), { type: 'response.create', response: { output_modalities: [modality] } });
  await call.pass(50);
  const part = modality === 'text' ? { type: 'output_text', text: 'No.' } : { type: 'output_audio', transcript: 'No.' };
  expect(call.of('response.done')[0]?.response).toMatchObject({ status: 'completed', output: [{ content: [part] }] });
  expect(llm.calls).toEqual([]);
  await call.end();
});

it('a pipeline without a place for the conversation fails each response, and says what is missing', async () => {
  const llm = fakeLLM();
  const call = await calling({
    makePipeline: ({ input, output }) => {
      const asks = defineProcessor('asks', {}, { fit: { emits: ['llm-context'] } });
      return pipeline(input, fakeSTT({ sampleRate: 24_000 }), asks, llm, fakeTTS(), output);
    },
  });
  call.send(userText('Hello.'), { type: 'response.create' });
  await call.pass(50);
  expect(call.of('error')[0]?.error).toMatchObject({ message: expect.stringContaining('call.conversation') });
  expect(call.of('response.done')[0]?.response).toMatchObject({ status: 'failed' });
  await call.end();
});

it('a hundred turns leave nothing behind but their items', async () => {
  const call = await calling({ limits: { items: 3_000, audioBytes: 100_000 } });
  for (let turn = 0; turn < 100; turn++) {
    await call.hears(says('hello', 300), { atOnce: true });
    await call.hears(silent(600), { atOnce: true });
    await call.pass(5);
  }
  expect(call.of('response.done')).toHaveLength(100);
  const kept = call.of('input_audio_buffer.committed').filter((event) => {
    call.send({ type: 'conversation.item.retrieve', item_id: event.item_id });
    return JSON.stringify(call.of('conversation.item.retrieved').at(-1)).includes('"audio":"');
  });
  // Each has some 40 kB of speech, and the answer to it twice as much.
  expect(kept.length).toBeLessThan(3);
  await call.end();
});

it.each([0, 1, 3])('a line that throws after %i events ends the call, and leaves nothing', async (count) => {
  const clock = new VirtualClock();
  let sent = 0;
  const broken = (): never => {
    throw new Error('There is no line.');
  };
  const call = new RealtimeCall({
    wire: { send: () => (sent++ < count ? undefined : broken()), close: broken },
    makePipeline: ({ input, conversation, output }) =>
      pipeline(input, fakeSTT({ sampleRate: 24_000 }), conversation, fakeLLM(), fakeTTS(), output),
    session: defaultSession({ id: 'sess_1', model: 'any', dialect: 'ga' }),
    dialect: 'ga',
    clock,
    limits: { sessionMs: 3_600_000 },
  });
  await call.start();
  for (const event of [userText('Hello.'), { type: 'response.create' }, { type: 'input_audio_buffer.clear' }])
    call.receive(parseClientEvent(event, 'ga'));
  await clock.runUntil(call.done);
  expect(await call.done).toMatchObject({ reason: 'cancelled', detail: 'The client cannot be reached.' });
  expect([sent, clock.pendingTimers]).toEqual([count + 1, 0]);
});

it('a client that adds speech faster than it can be heard has it heard bit by bit, and is told what is not', async () => {
  let open = 0;
  let most = 0;
  const stt = fakeSTT({ sampleRate: 24_000, finalMs: 100 });
  const { transcribe } = stt;
  stt.transcribe = async function* (...given) {
    most = Math.max(most, ++open);
    try {
      yield* transcribe.apply(stt, given);
    } finally {
      open--;
    }
  };
  const call = await calling({
    stt,
    settings: { type: 'realtime', audio: { input: { transcription: { model: 'any' } } } },
  });
  const audio = encodeAudio(says('hello', 400));
  for (let count = 0; count < 100; count++)
    call.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_audio', audio }] },
    });
  await call.pass(5_000);
  // One that has told its transcript may still be on its way out.
  expect(most).toBeLessThanOrEqual(5);
  expect(open).toBe(0);
  expect(call.of('conversation.item.input_audio_transcription.completed')).toHaveLength(36);
  const failed = call.of('conversation.item.input_audio_transcription.failed');
  expect(failed).toHaveLength(64);
  expect(failed[0]?.error).toMatchObject({ message: expect.stringContaining('add items more slowly') });
  await call.end();
});
