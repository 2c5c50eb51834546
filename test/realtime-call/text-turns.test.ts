import { defineProcessor, pipeline } from '@voxrill/core';
import { decodeAudio } from '@voxrill/openai';
import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { type Calling, calling, says, userText } from './call-harness.js';

const answered = {
  ga: [
    'session.created',
    'conversation.item.added',
    'conversation.item.done',
    'response.created',
    'rate_limits.updated',
    'response.output_item.added',
    'conversation.item.added',
    'response.content_part.added',
    'response.output_audio_transcript.delta',
    'response.output_audio.delta',
    'response.output_audio.done',
    'response.output_audio_transcript.done',
    'response.content_part.done',
    'conversation.item.done',
    'response.output_item.done',
    'response.done',
  ],
  'beta-2024-10': [
    'session.created',
    'conversation.item.created',
    'response.created',
    'rate_limits.updated',
    'response.output_item.added',
    'conversation.item.created',
    'response.content_part.added',
    'response.audio_transcript.delta',
    'response.audio.delta',
    'response.audio.done',
    'response.audio_transcript.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.done',
  ],
} as const;

const lastResponse = (call: Calling) => call.of('response.done').at(-1)?.response as Record<string, unknown>;

describe.each(['ga', 'beta-2024-10'] as const)('a typed turn in %s', (dialect) => {
  it('is answered with the events of the protocol, in their order (S000-5, S004-21, S004-22)', async () => {
    const call = await calling({ dialect });
    call.send(userText('Hello.'), { type: 'response.create' });
    await call.pass(10);
    expect(call.types().filter((type, i, all) => type !== all[i - 1])).toEqual(answered[dialect]);
    expect(lastResponse(call)).toMatchObject({ status: 'completed', status_details: null, metadata: null });
    await call.end();
  });
});

describe('a response', () => {
  it('tells all sentences as one item of one part, each with its text before its audio (S001-50)', async () => {
    const call = await calling({ llm: fakeLLM({ replies: 'One is here.  Two follows! And three' }) });
    call.send(userText('Count.'), { type: 'response.create' });
    await call.pass(10);
    expect(call.of('response.content_part.added')).toHaveLength(1);
    expect(call.of('response.output_audio_transcript.done')[0]?.transcript).toBe('One is here.  Two follows! And three');
    expect(call.tts.calls.map(({ text }) => text)).toEqual(['One is here.', 'Two follows!', 'And three']);
    const bytes = call.of('response.output_audio.delta').map(({ delta }) => Buffer.from(String(delta), 'base64').length);
    expect(Math.max(...bytes)).toBe(4800);
    // 60 ms for a character, 48 bytes a millisecond.
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBe((12 + 12 + 9) * 60 * 48);
    await call.end();
  });

  it('is sent in the moment in which the voice gives it, its words before its sound', async () => {
    const call = await calling({
      llm: fakeLLM({ firstMs: 200, replies: 'Hello there.' }),
      tts: fakeTTS({ sampleRate: 16_000, firstMs: 150, nextMs: 70 }),
    });
    call.send(userText('Hello.'), { type: 'response.create' });
    await call.pass(349);
    expect(call.of('response.output_audio_transcript.delta')).toHaveLength(1);
    expect(call.of('response.output_audio.delta')).toEqual([]);
    await call.pass(1);
    expect(call.of('response.output_audio.delta')).toHaveLength(1);
    await call.pass(70);
    expect(call.of('response.output_audio.delta').length).toBeGreaterThan(1);
    await call.end();
  });

  it('is written, not spoken, if only text is asked for (S000-4)', async () => {
    const call = await calling({ llm: fakeLLM({ replies: 'One. Two. Three.' }) });
    call.send(userText('Count.'), { type: 'response.create', response: { output_modalities: ['text'] } });
    await call.pass(10);
    expect(call.tts.calls).toEqual([]);
    expect(call.of('response.output_text.delta').map(({ delta }) => delta)).toEqual(['One. ', 'Two. ', 'Three.']);
    expect(call.of('response.output_text.done')[0]?.text).toBe('One. Two. Three.');
    expect(call.of('response.content_part.added')[0]?.part).toEqual({ type: 'text', text: '' });
    // The override was for this response only.
    call.send({ type: 'response.create' });
    await call.pass(10);
    expect(call.tts.calls).toHaveLength(3);
    await call.end();
  });

  it('speaks whatever the text items of a restored history are (S001-45)', async () => {
    const call = await calling();
    for (const [role, type, text] of [
      ['user', 'input_text', 'My name is Ann.'],
      ['assistant', 'output_text', 'Hello Ann.'],
      ['user', 'input_text', 'What is my name?'],
    ]) {
      call.send({ type: 'conversation.item.create', item: { type: 'message', role, content: [{ type, text }] } });
    }
    call.send({ type: 'response.create' });
    await call.pass(10);
    expect(call.of('response.output_audio.delta').length).toBeGreaterThan(0);
    expect(call.llm.calls[0]?.request.messages).toEqual([
      { role: 'user', content: 'My name is Ann.' },
      { role: 'assistant', content: 'Hello Ann.' },
      { role: 'user', content: 'What is my name?' },
    ]);
    await call.end();
  });

  it('carries usage with both details, from the model if it says so, else estimated', async () => {
    const usage = { promptTokens: 40, completionTokens: 9, cachedPromptTokens: 32 };
    const reporting = await calling({ llm: fakeLLM({ replies: 'Fine.', usage }) });
    reporting.send(userText('How are you?'), { type: 'response.create' });
    await reporting.pass(10);
    // 5 characters of 60 ms are 300 ms: 6 tokens.
    expect(lastResponse(reporting).usage).toEqual({
      total_tokens: 55,
      input_tokens: 40,
      output_tokens: 15,
      input_token_details: {
        text_tokens: 40,
        audio_tokens: 0,
        cached_tokens: 32,
        cached_tokens_details: { text_tokens: 32, audio_tokens: 0 },
      },
      output_token_details: { text_tokens: 9, audio_tokens: 6 },
    });
    await reporting.end();
    const estimated = await calling({ llm: fakeLLM({ replies: 'Fine.' }) });
    estimated.send(userText('How are you?'), { type: 'response.create' });
    await estimated.pass(10);
    expect(lastResponse(estimated).usage).toMatchObject({
      input_tokens: 10,
      output_token_details: { text_tokens: 2, audio_tokens: 6 },
    });
    await estimated.end();
  });

  it('counts what is spoken on either side as audio, also when the model has only counted words', async () => {
    const usage = { promptTokens: 50, completionTokens: 9, cachedPromptTokens: 48 };
    const call = await calling({ llm: fakeLLM({ replies: 'Fine.', usage }) });
    call.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } });
    const ask = async (): Promise<unknown> => {
      await call.hears(says('How are you?', 1_000));
      call.send({ type: 'input_audio_buffer.commit' }, { type: 'response.create' });
      await call.pass(50);
      return lastResponse(call).usage;
    };
    // 1 s of the user is 10 tokens, 300 ms of the bot are 6; twelve characters of words are 3 tokens fewer of text.
    expect(await ask()).toMatchObject({
      input_token_details: { text_tokens: 47, audio_tokens: 10, cached_tokens: 47 },
      output_token_details: { text_tokens: 9, audio_tokens: 6 },
    });
    // What was said before is heard again.
    expect(await ask()).toMatchObject({
      input_tokens: 50 - 8 + 26,
      input_token_details: { audio_tokens: 20 + 6, cached_tokens_details: { text_tokens: 42, audio_tokens: 0 } },
    });
    await call.end();
    const hearing = await calling({
      llm: fakeLLM({
        replies: 'Fine.',
        usage: { ...usage, promptAudioTokens: 30, cachedPromptAudioTokens: 20, completionAudioTokens: 4 },
      }),
    });
    hearing.send(userText('How are you?'), { type: 'response.create' });
    await hearing.pass(50);
    expect(lastResponse(hearing).usage).toMatchObject({
      input_tokens: 50,
      input_token_details: { text_tokens: 20, audio_tokens: 30, cached_tokens_details: { text_tokens: 20, audio_tokens: 20 } },
      output_token_details: { text_tokens: 5, audio_tokens: 4 },
    });
    await hearing.end();
  });

  it('is incomplete when it reaches the most tokens that it may have', async () => {
    const call = await calling({ llm: fakeLLM({ replies: 'This is one. This is two. This is three. This is four.' }) });
    const response = { max_output_tokens: 8, metadata: { topic: 'numbers' } };
    call.send(userText('Count.'), { type: 'response.create', response });
    await call.pass(10);
    expect(lastResponse(call)).toMatchObject({
      status: 'incomplete',
      status_details: { type: 'incomplete', reason: 'max_output_tokens' },
      metadata: { topic: 'numbers' },
      max_output_tokens: 8,
    });
    expect(call.llm.calls[0]?.request.settings).toEqual({ maxTokens: 8 });
    await call.end();
  });

  it('that fails says so twice and ends, and the session goes on', async () => {
    const call = await calling({ llm: fakeLLM({ replies: [['I was about', { error: 'server' }], 'Hello again.'] }) });
    call.send(userText('Hello.'), { type: 'response.create' });
    await call.pass(10);
    expect(call.of('error')[0]?.error).toMatchObject({ type: 'server_error' });
    expect(lastResponse(call)).toMatchObject({
      status: 'failed',
      status_details: { type: 'failed', error: { type: 'server_error' } },
    });
    call.send({ type: 'response.create' });
    await call.pass(10);
    expect(lastResponse(call)).toMatchObject({ status: 'completed' });
    await call.end();
  });

  it('whose voice fails is failed as well', async () => {
    const call = await calling({ tts: fakeTTS({ sampleRate: 24_000, speaks: () => ({ errorAtMs: 200 }) }) });
    call.send(userText('Hello.'), { type: 'response.create' });
    await call.pass(10);
    expect(lastResponse(call)).toMatchObject({ status: 'failed' });
    expect(call.of('response.output_item.done')[0]?.item).toMatchObject({ status: 'incomplete' });
    await call.end();
  });

  it('is cancelled at once, with all that is open closed, and no audio after its end (S000-10)', async () => {
    const call = await calling({ tts: fakeTTS({ sampleRate: 24_000, nextMs: 50 }) });
    call.send(userText('Tell me a long story.'), { type: 'response.create' });
    await call.pass(200);
    expect(call.of('response.output_audio.delta').length).toBeGreaterThan(1);
    call.send({ type: 'response.cancel' });
    expect(call.types().slice(-6)).toEqual([
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
    ]);
    expect(lastResponse(call)).toMatchObject({
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'client_cancelled' },
    });
    const count = call.events.length;
    await call.pass(1_000);
    expect(call.events).toHaveLength(count);
    await call.end();
  });

  it('that is not there can be cancelled without harm (S000-10)', async () => {
    const call = await calling();
    call.send({ type: 'response.cancel', event_id: 'mine' });
    expect(call.of('error')[0]?.error).toMatchObject({ code: 'response_cancel_not_active', event_id: 'mine' });
    await call.end();
  });

  it('cannot be asked for while another one is active (S004-10)', async () => {
    const call = await calling({ llm: fakeLLM({ firstMs: 100 }) });
    call.send(userText('Hello.'), { type: 'response.create' }, { type: 'response.create', event_id: 'second' });
    await call.pass(500);
    expect(call.of('error')[0]?.error).toMatchObject({ code: 'conversation_already_has_active_response', event_id: 'second' });
    expect(call.of('response.done')).toHaveLength(1);
    await call.end();
  });

  it('goes on when the input buffer is cleared (S004-24)', async () => {
    const call = await calling({ tts: fakeTTS({ sampleRate: 24_000, nextMs: 50 }) });
    call.send(userText('Tell me a story.'), { type: 'response.create' });
    await call.pass(100);
    call.send({ type: 'input_audio_buffer.clear' });
    await call.pass(5_000);
    expect(call.of('input_audio_buffer.cleared')).toHaveLength(1);
    expect(lastResponse(call)).toMatchObject({ status: 'completed' });
    await call.end();
  });

  it('begins by itself when the pipeline greets, and stands in the conversation', async () => {
    let greet = (): void => undefined;
    const greeter = defineProcessor('greeter', (stage) => {
      greet = () => stage.pushDown(stage.frame('tts-speak', { text: 'Welcome!' }));
      return {};
    });
    const llm = fakeLLM();
    const call = await calling({
      makePipeline: ({ input, conversation, output }) =>
        pipeline(input, fakeSTT({ sampleRate: 24_000 }), conversation, llm, greeter, fakeTTS({ sampleRate: 24_000 }), output),
    });
    greet();
    await call.pass(50);
    expect(lastResponse(call)).toMatchObject({ status: 'completed', output: [{ content: [{ transcript: 'Welcome!' }] }] });
    call.send(userText('Thanks.'), { type: 'response.create' });
    await call.pass(50);
    expect(llm.calls[0]?.request.messages[0]).toEqual({ role: 'assistant', content: 'Welcome!' });
    await call.end();
  });

  it('has all that the pipeline says of its own accord in one breath', async () => {
    let greet = (): void => undefined;
    const greeter = defineProcessor('greeter', (stage) => {
      greet = () => {
        for (const text of ['Welcome!', 'How can I help?']) stage.pushDown(stage.frame('tts-speak', { text }));
      };
      return {};
    });
    const call = await calling({
      makePipeline: ({ input, conversation, output }) =>
        pipeline(
          input,
          fakeSTT({ sampleRate: 24_000 }),
          conversation,
          fakeLLM(),
          greeter,
          fakeTTS({ sampleRate: 24_000, firstMs: 20, nextMs: 20 }),
          output,
        ),
    });
    greet();
    await call.pass(2_000);
    const spoken = call.of('response.output_audio_transcript.done').map(({ transcript }) => transcript);
    expect(spoken.join(' ')).toBe('Welcome! How can I help?');
    const bytes = call.of('response.output_audio.delta').reduce((sum, { delta }) => sum + decodeAudio(String(delta)).length, 0);
    expect(bytes).toBe(('Welcome!'.length + 'How can I help?'.length) * 60 * 48);
    await call.end();
  });

  it('keeps the settings that it began with, and the next one has the new ones (S004-4)', async () => {
    const call = await calling({ llm: fakeLLM({ firstMs: 100 }) });
    call.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be kind.' } }, userText('Hello.'));
    call.send({ type: 'response.create' });
    call.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.', output_modalities: ['text'] } });
    await call.pass(500);
    call.send({ type: 'response.create', response: { instructions: 'Be funny.' } });
    await call.pass(500);
    call.send({ type: 'response.create' });
    await call.pass(500);
    const told = call.llm.calls.map(({ request }) => request.messages[0]);
    expect(told.map((message) => message?.content)).toEqual(['Be kind.', 'Be funny.', 'Be brief.']);
    expect(call.of('response.output_audio.delta').length).toBeGreaterThan(0);
    expect(call.of('response.output_text.done')).toHaveLength(2);
    await call.end();
  });

  it('asks with what was asked before, byte for byte, and something behind it (S001-42)', async () => {
    const call = await calling({ settings: { type: 'realtime', instructions: 'Be kind.' } });
    for (const words of ['One.', 'Two.', 'Three.']) {
      call.send(userText(words), { type: 'response.create' });
      await call.pass(10);
    }
    const asked = call.llm.calls.map(({ request }) => JSON.stringify(request.messages).slice(0, -1));
    expect(asked[1]?.startsWith(asked[0] ?? '?')).toBe(true);
    expect(asked[2]?.startsWith(asked[1] ?? '?')).toBe(true);
    await call.end();
  });
});
