import { cachedPrefix, defineTool, type LLMRequest } from '@voxrill/core';
import { cascadeBot, fakeLLM, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const weather = defineTool({
  name: 'weather',
  description: 'What the weather is like.',
  parameters: z.object({ place: z.string() }),
  run: ({ place }) => `It rains in ${place}.`,
});
const time = defineTool({ name: 'time', description: 'What time it is.', parameters: z.object({}), run: () => 'Noon.' });

/** The requests that a model gets in a conversation with an interruption and a tool. */
async function requests(): Promise<readonly LLMRequest[]> {
  const story = 'Once upon a time there was a king who had no crown, and so he went to look for one in the wide world.';
  const llm = fakeLLM({
    replies: [
      'Good day to you.',
      { toolCall: { name: 'weather', arguments: { place: 'Paris' } } },
      'It rains in Paris.',
      story,
      'All right, I stop.',
      'Goodbye.',
    ],
  });
  await simulate({
    bot: cascadeBot({ llm, context: { system: 'You are a patient assistant. '.repeat(200), tools: [weather, time] } }),
    script: async ({ user, bot }) => {
      await user.says('Hello.');
      await bot.finishes();
      await user.says('What is the weather like in Paris?');
      await bot.says('It rains');
      await bot.finishes();
      await user.says('Tell me a story.');
      await user.interrupts(1500, 'Please stop.');
      await bot.finishes();
      await user.types('Bye.');
      await bot.finishes();
    },
  });
  return llm.calls.map(({ request }) => request);
}

describe('consecutive requests of a conversation', () => {
  it('begin with the whole request before them, byte for byte, so that a cache serves all of it (S000-22)', async () => {
    const asked = await requests();
    expect(asked).toHaveLength(6);
    for (const [index, next] of asked.entries()) {
      const previous = asked[index - 1];
      if (previous === undefined) continue;
      const { whole, sharedTokens, cachedTokens } = cachedPrefix(previous, next);
      expect(whole).toBe(true);
      expect(sharedTokens).toBeGreaterThan(1024);
      expect(sharedTokens - cachedTokens).toBeLessThan(128);
    }
  });

  it('carry the tools in the same order and the same bytes (S000-23)', async () => {
    const tools = (await requests()).map((request) => JSON.stringify(request.tools));
    expect(new Set(tools).size).toBe(1);
    expect(tools[0]).toMatch(/"weather".*"time"/u);
  });
});
