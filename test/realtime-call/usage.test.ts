import { fakeLLM } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { type Calling, calling, says, userText } from './call-harness.js';

const lastResponse = (call: Calling) => call.of('response.done').at(-1)?.response as Record<string, unknown>;

describe('a response', () => {
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
        image_tokens: 0,
        cached_tokens: 32,
        cached_tokens_details: { text_tokens: 32, audio_tokens: 0, image_tokens: 0 },
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

  it.each([
    // As the core estimates a prompt: 3, a message 4, an image of low detail 85, eight characters 2.
    ['ga', { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'low' }, 92, { image_tokens: 0 }],
    ['beta', { type: 'input_text', text: 'Shortly.' }, 9, {}],
  ] as const)('counts images as text, and says so in %s if that has a word for it', async (dialect, part, tokens, images) => {
    const call = await calling({ dialect, llm: fakeLLM({ replies: 'Fine.' }) });
    const item = { type: 'message', role: 'user', content: [part] };
    call.send({ type: 'conversation.item.create', item }, { type: 'response.create' });
    await call.pass(10);
    expect((lastResponse(call).usage as Record<string, unknown>).input_token_details).toEqual({
      text_tokens: tokens,
      audio_tokens: 0,
      ...images,
      cached_tokens: 0,
      cached_tokens_details: { text_tokens: 0, audio_tokens: 0, ...images },
    });
    await call.end();
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
});
