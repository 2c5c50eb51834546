import { observeUsage, type ServiceUsage } from '@voxrill/core';
import { expect, test } from 'vitest';
import { realtimeCall } from '../../test-support/realtime-call.js';
import { simulatedCall } from '../../test-support/simulated-call.js';

test('S000-14: both sides are told as frames of their own, with the turn in which they were said', async () => {
  const call = await simulatedCall({ service: { answer: () => ({ text: 'I see.' }), transcriptMs: () => 1_500 } });
  await call.says('one');
  await call.says('two');
  expect(call.of('transcription').map(({ text, turn }) => [text, turn])).toEqual([
    ['one', 1],
    ['two', 2],
  ]);
  expect(
    call
      .of('bot-spoke')
      .filter(({ state }) => state === 'complete')
      .map(({ text, turn }) => [text, turn]),
  ).toEqual([
    ['I see.', 1],
    ['I see.', 2],
  ]);
});

test('S001-50: the words of an answer, as they come, are the whole text when it is done', async () => {
  const text = 'It is a longer answer, which comes in many pieces.';
  const call = await simulatedCall({ service: { answer: () => ({ text }) } });
  await call.says('go', 6_000);
  expect(call.of('tts-text').length).toBeGreaterThan(5);
  expect(
    call
      .of('tts-text')
      .map((frame) => frame.text)
      .join(''),
  ).toBe(text);
  expect(
    call
      .of('llm-text')
      .map((frame) => frame.text)
      .join(''),
  ).toBe(text);
});

test('a transcript that the service could not make is told as what is known of it, and the call goes on', async () => {
  const call = await realtimeCall();
  const { service, clock } = call;
  service.hears('item_u1', 0);
  service.heard('item_u1', 900);
  service.says('conversation.item.input_audio_transcription.failed', {
    item_id: 'item_u1',
    content_index: 0,
    error: { type: 'server_error', code: 'audio_unintelligible', message: 'It is unintelligible.' },
  });
  service.replies('resp_1', 'item_a1', 'Pardon?');
  await clock.advance(2_000);
  expect(call.said).toEqual(['assistant: Pardon?']);
  expect(call.of('transcription').map(({ text }) => text)).toEqual(['']);
  expect(call.of('error')).toEqual([]);
  void call.session.end();
  await clock.advance(0);
  expect((await call.session.done).reason).toBe('ended');
});

test('S001-54: the language of the user is told where the service knows it', async () => {
  const call = await realtimeCall();
  const { service } = call;
  service.hears('item_u1', 0);
  service.heard('item_u1', 900);
  service.says('conversation.item.input_audio_transcription.completed', {
    item_id: 'item_u1',
    content_index: 0,
    transcript: 'Guten Morgen.',
    languages: [{ code: 'de' }],
    usage: { type: 'duration', seconds: 1 },
  });
  expect(call.of('transcription')).toMatchObject([{ text: 'Guten Morgen.', language: 'de', utterance: 'item_u1' }]);
});

test.each([
  ['its length', { type: 'duration', seconds: 1.2 }, { audioMs: 1_200 }],
  [
    'its tokens',
    { type: 'tokens', input_tokens: 14, output_tokens: 5, total_tokens: 19, input_token_details: { audio_tokens: 12 } },
    { tokens: { promptTokens: 14, completionTokens: 5, promptAudioTokens: 12 } },
  ],
  ['nothing', { type: 'tokens' }, undefined],
])('what it took to write down what was said is metered by %s, as use of the model that wrote it', async (_by, usage, used) => {
  const call = await realtimeCall({ model: { transcription: { model: 'whisper-1' } } });
  const { service } = call;
  const uses: ServiceUsage[] = [];
  observeUsage(call.session, (use) => uses.push(use));
  service.hears('item_u1', 0);
  service.heard('item_u1', 900);
  service.says('conversation.item.input_audio_transcription.completed', {
    item_id: 'item_u1',
    content_index: 0,
    transcript: 'Good morning.',
    usage,
  });
  expect(uses).toEqual(used === undefined ? [] : [{ processor: 'openai-realtime', model: 'whisper-1', ...used }]);
});

test.each([0, 400, 900, 1_500, 3_000])(
  'a transcript that comes %i ms after the answer began costs no second answer, and cuts nothing',
  async (ms) => {
    const call = await simulatedCall({
      service: {
        answer: () => ({ text: 'A rather long answer, so that it is being heard meanwhile.' }),
        transcriptMs: () => 200 + ms,
      },
    });
    await call.says('one', 9_000);
    expect(call.service.responses).toBe(1);
    expect(call.heard).toEqual(['A rather long answer, so that it is being heard meanwhile.']);
    expect(call.of('interruption')).toHaveLength(1);
    expect(call.said).toEqual(['user: one', 'assistant: A rather long answer, so that it is being heard meanwhile.']);
  },
);

test('the voice of the user is kept as long as was said while there is no connection, and what is lost is told', async () => {
  let reachable = true;
  const warnings: string[] = [];
  const call = await simulatedCall({
    model: { keepAudioMs: 3_000, reconnectMs: 120_000 },
    service: { answer: (items) => ({ text: `You said ${items.findLast(({ role }) => role === 'user')?.text}` }) },
    reachable: () => reachable,
    logger: (message) => warnings.push(message),
  });
  await call.clock.advance(500);
  reachable = false;
  call.service.breaks();
  await call.clock.advance(10_000);
  void call.line.say('keep this');
  await call.clock.runUntil(() => {
    reachable = call.clock.now() > 11_500;
    return call.of('bot-stopped-speaking').length > 0;
  }, 60_000);
  expect(warnings.filter((message) => message.includes("user's voice were lost"))).toHaveLength(1);
});
