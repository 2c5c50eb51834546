import { contextPair, type GuardrailTrip, guardrail, pipeline } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, type Script, simulate } from '@voxrill/testing';
import { describe, expect, test } from 'vitest';

/** A call that is watched over by a guardrail, behind the model or before it. */
async function railed(place: 'before' | 'behind', trip: GuardrailTrip, script: (script: Script) => Promise<void>) {
  const transport = memoryTransport();
  const context = contextPair();
  const llm = fakeLLM({ replies: ({ said }) => `You said: ${said}` });
  const rail = guardrail({ watches: ['user'], check: (text) => (text.includes('fire') ? trip : undefined) });
  const bot = pipeline(
    transport.input,
    fakeVad(),
    fakeSTT(),
    context.user,
    ...(place === 'before' ? ([rail, llm] as const) : ([llm, rail] as const)),
    fakeTTS(),
    transport.output,
    context.assistant,
  );
  const result = await simulate({ bot: { pipeline: bot, transport, context, providers: { llm } }, script });
  return { ...result, asked: llm.calls.length, heard: result.heard.map(({ text }) => text.trim()) };
}

describe('a guardrail that watches the user', () => {
  for (const [place, asked] of [
    ['behind', 3],
    ['before', 2],
  ] as const) {
    test(`${place} the model answers in the place of the model, once, and the next turn is the model's again`, async () => {
      const { heard, ...call } = await railed(
        place,
        { reason: 'It burns.', say: 'Leave the house now.' },
        async ({ user, bot }) => {
          await user.says('Hello.');
          await bot.finishes();
          await user.says('There is a fire in my kitchen.');
          await user.silentFor(5000);
          await user.says('Thank you.');
          await bot.says('You said: Thank you.');
        },
      );
      expect(heard).toEqual(['You said: Hello.', 'Leave the house now.', 'You said: Thank you.']);
      expect(call.asked).toBe(asked);
      expect(call.report.totalErrors).toBe(0);
    });
  }

  test('leaves the answer to the model when it says nothing', async () => {
    const { heard } = await railed('behind', { reason: 'It burns.' }, async ({ user, bot }) => {
      await user.says('There is a fire in my kitchen.');
      await bot.finishes();
    });
    expect(heard).toEqual(['You said: There is a fire in my kitchen.']);
  });
});
