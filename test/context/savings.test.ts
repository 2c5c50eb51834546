import {
  type ContextPolicy,
  costMeter,
  estimateTokens,
  type LLMRequest,
  resetPolicy,
  summaryPolicy,
  windowPolicy,
} from '@voxrill/core';
import { cascadeBot, fakeLLM, simulate } from '@voxrill/testing';
import { expect, it } from 'vitest';

const usage = ({ messages, tools }: LLMRequest, text: string) => ({
  promptTokens: estimateTokens(messages, tools),
  completionTokens: Math.ceil(text.length / 4),
});

/** What forty turns cost, the summaries included, by the usage that the models report. */
async function bill(...policies: readonly ContextPolicy[]): Promise<number> {
  const meter = costMeter({ models: { talks: 'gpt-4o-mini', sums: 'gpt-4o-mini' } });
  const llm = fakeLLM({
    name: 'talks',
    usage,
    replies: ({ said }) => `You said: ${said}, and I have a lot to say about that as well.`,
  });
  await simulate({
    bot: cascadeBot({ llm, context: { policies } }),
    script: async ({ user, bot, session }) => {
      meter.watch(session);
      for (let turn = 0; turn < 40; turn++) {
        await user.says(`this is a rather long sentence about the number ${turn}`);
        await bot.finishes();
      }
    },
  });
  const [cost, ...others] = meter.report().models.filter(({ model }) => model === 'gpt-4o-mini');
  expect(others).toEqual([]);
  return cost!.usd;
}

it('a reset, a window and a summary make a long conversation cheaper, the calls for the summaries included (S001-71, S001-48)', async () => {
  const sums = fakeLLM({ name: 'sums', usage, replies: () => 'They spoke about numbers.' });
  const all = await bill();
  expect(await bill(resetPolicy({ everyTurns: 8 }))).toBeLessThan(all / 2);
  expect(await bill(windowPolicy({ maxTokens: 400 }))).toBeLessThan(all / 2);
  expect(await bill(summaryPolicy({ model: sums, whenTokens: 400, keepTurns: 2 }))).toBeLessThan(all / 2);
  expect(sums.calls.length).toBeGreaterThan(1);
});
