import { contextPair, defineProcessor, pipeline, VirtualClock } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import { fakeLLM, fakeSTT, fakeTTS, memoryTransport, simulate } from '@voxrill/testing';
import { expect, test } from 'vitest';
import { memoryService } from './memory-service.js';

test('S001-91: the realtime pipeline talks with our own server, in which a cascade answers', async () => {
  const clock = new VirtualClock();
  const service = memoryService(clock, (call) =>
    pipeline(
      call.input,
      fakeSTT({ finalMs: 100, sampleRate: 24_000 }),
      call.conversation,
      fakeLLM({ firstMs: 200, replies: ['A king had no crown. He looked for it everywhere.', 'Of course. Good night.'] }),
      fakeTTS({ firstMs: 100, sampleRate: 24_000 }),
      call.output,
    ),
  );
  const transport = memoryTransport({ sampleRate: 24_000, silence: true });
  const context = contextPair({ system: 'You tell stories.' });
  const model = openaiRealtime({ model: 'own', baseURL: 'ws://127.0.0.1:1', open: service.open });
  const bot = pipeline(transport.input, context.user, model, context.assistant, transport.output);
  const result = await simulate(
    {
      bot: { pipeline: bot, transport, context },
      script: async ({ user, bot: voice }) => {
        await user.says('Tell me a story');
        await user.interrupts(1500, 'that is enough');
        await voice.says('Good night', { withinMs: 6000 });
        await voice.finishes();
      },
    },
    { clock },
  );
  expect(result.context).toMatchObject([
    { role: 'system' },
    { role: 'user', content: 'Tell me a story' },
    { role: 'assistant', interrupted: true },
    { role: 'user', content: 'that is enough' },
    { role: 'assistant', content: 'Of course. Good night.' },
  ]);
  expect(result.staleMs).toBe(0);
});

// More than one value of the metadata of a response can hold, and with characters that are two for some.
const longText = `${'We have berries, 🍓 and more berries. '.repeat(20)}That is all.`;

test('what the application has said is said word for word, and each response is told how to sound', async () => {
  const clock = new VirtualClock();
  const llm = fakeLLM();
  const styles: unknown[] = [];
  const watch = defineProcessor('watch', {
    down: {
      'service-settings': (frame) => {
        styles.push([frame.voice, frame.language]);
        return frame;
      },
    },
  });
  const service = memoryService(clock, (call) =>
    pipeline(
      call.input,
      fakeSTT({ sampleRate: 24_000 }),
      call.conversation,
      watch,
      llm,
      fakeTTS({ sampleRate: 24_000 }),
      call.output,
    ),
  );
  const transport = memoryTransport({ sampleRate: 24_000, silence: true });
  const context = contextPair();
  const model = openaiRealtime({
    model: 'own',
    baseURL: 'ws://127.0.0.1:1',
    open: service.open,
    voice: 'slt',
    transcription: { model: 'any', language: 'en' },
  });
  const result = await simulate(
    {
      bot: {
        pipeline: pipeline(transport.input, context.user, model, context.assistant, transport.output),
        transport,
        context,
      },
      script: async ({ user, bot, session }) => {
        session.say('Welcome to the berry farm!');
        await bot.says('Welcome to the berry farm!');
        await bot.finishes();
        session.say(longText);
        await bot.says(longText, { withinMs: 600_000 });
        await bot.finishes();
        await user.says('hello');
        await bot.says('You said: hello.');
        await bot.finishes();
      },
    },
    { clock },
  );
  expect(result.heard.map(({ text }) => text)).toEqual([`Welcome to the berry farm! ${longText}`, 'You said: hello.']);
  expect(llm.calls).toHaveLength(1);
  expect(styles).toEqual([['slt', 'en']]);
});
