import { contextPair, messageText, pipeline } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { simulate } from '../simulator/simulate.js';
import { memoryTransport } from '../transport/memory-transport.js';
import { fakeRealtime } from './fake-realtime.js';
import type { FakeRealtimeOptions } from './fake-realtime-options.js';
import { fakeVad } from './fake-vad.js';

function bot(options: FakeRealtimeOptions = {}) {
  const transport = memoryTransport();
  const context = contextPair({ system: 'You are brief.' });
  const model = fakeRealtime(options);
  const { input, output } = transport;
  const line =
    options.turns === 'service'
      ? pipeline(input, context.user, model, output, context.assistant)
      : pipeline(input, fakeVad(), context.user, model, output, context.assistant);
  return { pipeline: line, transport, context, model, providers: { realtime: model } };
}

describe.each(['own', 'service'] as const)('fakeRealtime, with turns of kind %s', (turns) => {
  it('hears what the audio carries, remembers it without a transcript, and says what carries its text', async () => {
    const call = bot({ turns });
    const { heard, context } = await simulate({
      bot: call,
      script: async ({ user, bot: voice }) => {
        await user.says('good morning');
        await voice.says('You said: good morning.');
        await voice.finishes();
        await user.says('how are you');
        await voice.says('You said: how are you.');
        await voice.finishes();
      },
    });
    expect(heard.map(({ text }) => text)).toEqual(['You said: good morning.', 'You said: how are you.']);
    expect(context.map(({ role }) => role)).toEqual(['system', 'assistant', 'assistant']);
    expect(call.model.calls.at(-1)?.request.messages.map((message) => messageText(message))).toEqual([
      'You are brief.',
      'good morning',
      'You said: good morning.',
      'how are you',
    ]);
  });

  it('writes down late what was said, in its place and its own words', async () => {
    const call = bot({ turns, transcriptMs: 1_500, writes: (spoken) => spoken.toUpperCase() });
    const { context, report } = await simulate({
      bot: call,
      script: async ({ user, bot: voice }) => {
        await user.says('good morning');
        await voice.finishes();
        await user.says('how are you');
      },
    });
    expect(context.map((message) => messageText(message))).toEqual([
      'You are brief.',
      'GOOD MORNING',
      'You said: good morning.',
      'HOW ARE YOU',
      'You said: how are you.',
    ]);
    expect(report).toMatchObject({ reason: 'ended', totalTurns: 2, unansweredTurns: 0 });
  });

  it('has the trouble that it is given, and goes on', async () => {
    const { report, heard } = await simulate({
      bot: bot({ turns }),
      script: async ({ user, bot: voice, provider }) => {
        provider('realtime').fails('rate-limit');
        await user.says('good morning');
        await voice.staysSilentFor(1_000);
        await user.says('how are you');
        await voice.says('You said: how are you.');
      },
    });
    expect(report.errors.map(({ category, processor }) => [category, processor])).toEqual([['rate-limit', 'fake-realtime']]);
    expect(heard).toHaveLength(1);
  });

  it('gives up an answer that does not come', async () => {
    const { report } = await simulate({
      bot: bot({ turns, nextMs: 2_000, replies: [{ hang: true }] }),
      script: async ({ user, bot: voice }) => {
        await user.says('good morning');
        await voice.staysSilentFor(3_000);
      },
    });
    expect(report).toMatchObject({ reason: 'ended', errors: [{ category: 'timeout' }] });
  });
});

it('chunks of no length are refused', () => {
  expect(() => fakeRealtime({ chunkMs: 0 })).toThrow('chunkMs is 0; it must be more than 0.');
});
