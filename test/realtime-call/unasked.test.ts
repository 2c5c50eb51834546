import { defineProcessor, pipeline } from '@voxrill/core';
import { decodeAudio } from '@voxrill/openai';
import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { type Calling, calling, userText } from './call-harness.js';

const lastResponse = (call: Calling) => call.of('response.done').at(-1)?.response as Record<string, unknown>;

describe('a response that nobody asked for', () => {
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
});
