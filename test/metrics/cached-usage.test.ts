import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { costMeter, usageMeter } from '@voxrill/core';
import { openaiChat } from '@voxrill/openai';
import { cascadeBot, fakeTTS, simulate } from '@voxrill/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const usage = { prompt_tokens: 1300, completion_tokens: 20, total_tokens: 1320, prompt_tokens_details: { cached_tokens: 1280 } };

/** Answers each request with a word, and with the usage that a provider reports when its cache was hit. */
const server = createServer((incoming, response) => {
  incoming.resume().on('end', () => {
    const head = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini' };
    const chunks = [
      { ...head, choices: [{ index: 0, delta: { content: 'Certainly.' }, finish_reason: null }] },
      { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      { ...head, choices: [], usage },
    ];
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    response.end('data: [DONE]\n\n');
  });
});

let baseURL = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('cached_tokens of a provider’s answer reach the meters, and are billed at half the price (S000-20, S000-24, S002-4, S002-6)', async () => {
  const llm = openaiChat({ model: 'gpt-4o-mini', apiKey: 'none', maxRetries: 0, baseURL });
  const used = usageMeter();
  const cost = costMeter({ models: { [llm.name]: 'gpt-4o-mini' } });
  await simulate({
    bot: cascadeBot({ llm, tts: fakeTTS({ name: 'tts-1' }) }),
    script: async ({ session, user, bot }) => {
      used.watch(session);
      cost.watch(session);
      await user.types('May I have some strawberries?');
      await bot.finishes();
    },
  });
  const asked = used.report().services.find(({ processor }) => processor === llm.name);
  expect(asked).toMatchObject({ calls: 1, promptTokens: 1300, cachedPromptTokens: 1280, completionTokens: 20 });
  const lines = cost.report().models.find(({ model }) => model === 'gpt-4o-mini')?.lines;
  expect(lines).toEqual([
    { item: 'text-input', quantity: 20, usd: (20 * 0.15) / 1e6 },
    { item: 'cached-text-input', quantity: 1280, usd: (1280 * 0.075) / 1e6 },
    { item: 'text-output', quantity: 20, usd: (20 * 0.6) / 1e6 },
  ]);
});
