import { VirtualClock } from '@voxrill/core';
import {
  fakeLLM,
  fakeSTT,
  fakeTTS,
  inputConformance,
  llmConformance,
  memoryTransport,
  sttConformance,
  ttsConformance,
} from '@voxrill/testing';
import { describe, it } from 'vitest';

const clock = () => new VirtualClock();
const categories = ['authentication', 'rate-limit', 'connectivity', 'server'] as const;
const weather = {
  name: 'get_weather',
  description: 'Tells the weather.',
  parameters: { type: 'object', properties: { location: { type: 'string' } } },
};

describe.each([
  ['without latency', {}],
  ['with latency', { finalMs: 200 }],
  ['with the final result only', { interims: false }],
] as const)('fakeSTT %s', (_title, options) => {
  const failing = categories.map((category) => ({ category, make: () => fakeSTT({ hears: () => ({ error: category }) }) }));
  for (const { title, run } of sttConformance(() => fakeSTT(options), { clock, failing })) it(title, run);
});

describe.each([
  ['without latency', {}],
  ['with latency', { firstMs: 300, tokenMs: 25, usage: { promptTokens: 20, completionTokens: 5, cachedPromptTokens: 10 } }],
] as const)('fakeLLM %s', (_title, options) => {
  const failing = categories.map((category) => ({
    category,
    make: () => fakeLLM({ ...options, replies: [['Well, ', { error: category }]] }),
  }));
  const replies = ({ said, tools }: { said: string; tools: readonly { name: string }[] }) =>
    tools.length > 0
      ? tools.map(({ name }) => ({ toolCall: { name, arguments: { location: 'Paris' } } }))
      : `You said: ${said}. Is that right?`;
  const cases = llmConformance(() => fakeLLM({ ...options, replies }), {
    clock,
    failing,
    toolRequest: {
      messages: [{ role: 'user', content: 'How is the weather?' }],
      tools: [weather, { ...weather, name: 'again' }],
    },
  });
  for (const { title, run } of cases) it(title, run);
});

describe.each([
  ['without latency', {}],
  ['with latency', { firstMs: 150, nextMs: 20 }],
  ['in whole sentences, without word times', { chunkMs: 60_000, words: false }],
] as const)('fakeTTS %s', (_title, options) => {
  const failing = categories.map((category) => ({
    category,
    make: () => fakeTTS({ ...options, speaks: () => ({ errorAtMs: 0, error: category }) }),
  }));
  for (const { title, run } of ttsConformance(() => fakeTTS(options), { clock, failing })) it(title, run);
});

describe('the input of memoryTransport, when the user speaks', () => {
  const cases = inputConformance(
    () => {
      const transport = memoryTransport();
      return { input: transport.input, feed: (session) => void transport.of(session).say('Hello there, how are you?') };
    },
    { clock },
  );
  for (const { title, run } of cases) it(title, run);
});

describe('the input of memoryTransport, when the microphone is always on', () => {
  const cases = inputConformance(() => ({ input: memoryTransport({ silence: true }).input }), { clock });
  for (const { title, run } of cases) it(title, run);
});
