import { encodeAudio } from '@voxrill/openai';
import { fakeLLM, fakeTTS } from '@voxrill/testing';
import { expect, it } from 'vitest';
import { calling, says, silent, userText } from './call-harness.js';

const added = {
  ga: ['conversation.item.added', 'conversation.item.done'],
  'beta-2024-10': ['conversation.item.created'],
};
const manual = {
  ga: { type: 'realtime', audio: { input: { turn_detection: null } } },
  'beta-2024-10': { turn_detection: null },
};

it.each(['ga', 'beta-2024-10'] as const)(
  'each client event of 2024 has its documented answer in %s (S004-20)',
  async (dialect) => {
    const call = await calling({
      dialect,
      llm: fakeLLM({ replies: 'One two three.' }),
      tts: fakeTTS({ sampleRate: 24_000, nextMs: 100 }),
    });
    /** The types of what comes at once. */
    const answerTo = (event: object): readonly string[] => {
      const from = call.events.length;
      call.send(event);
      return call.types().slice(from);
    };
    const audio = encodeAudio(says('hello', 200));
    expect(answerTo({ type: 'session.update', session: manual[dialect] })).toEqual(['session.updated']);
    expect(answerTo({ type: 'input_audio_buffer.append', audio })).toEqual([]);
    expect(answerTo({ type: 'input_audio_buffer.clear' })).toEqual(['input_audio_buffer.cleared']);
    expect(answerTo({ type: 'input_audio_buffer.commit' })).toEqual(['error']);
    expect(answerTo({ type: 'input_audio_buffer.append', audio })).toEqual([]);
    expect(answerTo({ type: 'input_audio_buffer.commit' })).toEqual(['input_audio_buffer.committed', ...added[dialect]]);
    expect(answerTo(userText('Count.', 'mine'))).toEqual(added[dialect]);
    expect(answerTo({ type: 'response.create' })).toEqual(['response.created', 'rate_limits.updated']);
    await call.pass(250);
    const item_id = call.of('response.content_part.added')[0]?.item_id;
    expect(answerTo({ type: 'response.cancel' }).slice(-2)).toEqual(['response.output_item.done', 'response.done']);
    expect(call.of('response.done')[0]?.response).toMatchObject({ status_details: { reason: 'client_cancelled' } });
    expect(answerTo({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 100 })).toEqual([
      'conversation.item.truncated',
    ]);
    expect(answerTo({ type: 'conversation.item.delete', item_id: 'mine' })).toEqual(['conversation.item.deleted']);
    await call.hears(silent(100));
    await call.end();
  },
);

it('a response may be other than its session in everything that the protocol lets it be, and the next one is not', async () => {
  const call = await calling({
    settings: { type: 'realtime', instructions: 'Be kind.', tools: [{ type: 'function', name: 'look' }] },
    llm: fakeLLM({ replies: 'Hello.' }),
  });
  const response = {
    instructions: 'Be brief.',
    tools: [{ type: 'function', name: 'listen' }],
    tool_choice: { type: 'function', name: 'listen' },
    max_output_tokens: 50,
    metadata: { topic: 'none' },
    audio: { output: { format: { type: 'audio/pcmu' } } },
  };
  const bytesOf = (responseId: unknown): number =>
    call
      .of('response.output_audio.delta')
      .filter((event) => event.response_id === responseId)
      .reduce((sum, { delta }) => sum + Buffer.from(String(delta), 'base64').length, 0);
  call.send(userText('Hello.'), { type: 'response.create', response });
  await call.pass(50);
  call.send({ type: 'response.create' });
  await call.pass(50);
  const [one, other] = call.of('response.done').map((event) => event.response as { id: string; metadata: unknown });
  // "Hello." is six characters of 60 ms.
  expect([bytesOf(one?.id), bytesOf(other?.id)]).toEqual([360 * 8, 360 * 48]);
  expect([one?.metadata, other?.metadata]).toEqual([{ topic: 'none' }, null]);
  const [asked, askedNext] = call.llm.calls.map(({ request }) => request);
  expect(asked?.messages[0]?.content).toBe('Be brief.');
  expect(asked?.tools?.map(({ name }) => name)).toEqual(['listen']);
  expect(asked?.settings).toEqual({ toolChoice: { name: 'listen' }, maxTokens: 50 });
  expect(askedNext?.messages[0]?.content).toBe('Be kind.');
  expect(askedNext?.tools?.map(({ name }) => name)).toEqual(['look']);
  expect(askedNext?.settings).toBeUndefined();
  await call.end();
});

it('a response of the beta has a temperature of its own, else that of its session, and no tools if it may call none', async () => {
  const call = await calling({ dialect: 'beta-2024-10', llm: fakeLLM({ replies: 'Hello.' }) });
  call.send({ type: 'session.update', session: { temperature: 0.7, tools: [{ type: 'function', name: 'look' }] } });
  for (const response of [{ temperature: 1.1, tool_choice: 'none' }, {}]) {
    call.send(userText('Hello.'), { type: 'response.create', response });
    await call.pass(50);
  }
  expect(call.llm.calls.map(({ request }) => [request.settings, request.tools?.length ?? 0])).toEqual([
    [{ temperature: 1.1, toolChoice: 'none' }, 0],
    [{ temperature: 0.7 }, 1],
  ]);
  expect(call.of('response.done').map((event) => (event.response as { temperature: number }).temperature)).toEqual([1.1, 0.7]);
  await call.end();
});
