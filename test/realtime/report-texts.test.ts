import { contextPair, messageText, pipeline } from '@voxrill/core';
import { fakeRealtime, fakeVad, memoryTransport, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

const said = ['one', 'two words', 'three words now', 'four'];

/** A model that writes down what was said long after the user has gone on. */
function slowWriter(turns: 'own' | 'service') {
  const transport = memoryTransport();
  const context = contextPair();
  const model = fakeRealtime({ turns, transcriptMs: 6_000, firstMs: 200 });
  const { input, output } = transport;
  const line =
    turns === 'service'
      ? pipeline(input, context.user, model, output, context.assistant)
      : pipeline(input, fakeVad(), context.user, model, output, context.assistant);
  return { pipeline: line, transport, context, model };
}

describe.each(['own', 'service'] as const)('a call with an end-to-end model and turns of kind %s', (turns) => {
  it.each([0, 700, 1_200, 2_500])(
    'reports what was said in each of many turns, %d ms apart, though all is written down later',
    async (pauseMs) => {
      const { report, context } = await simulate({
        bot: slowWriter(turns),
        script: async ({ user }) => {
          for (const words of said) {
            await user.says(words);
            await user.silentFor(pauseMs);
          }
          await user.silentFor(20_000);
        },
      });
      const written = context.filter(({ role }) => role === 'user').map((message) => messageText(message));
      expect(written.join(' ')).toBe(said.join(' '));
      expect(report.turns.map(({ text }) => text).join(' ')).toBe(said.join(' '));
      if (pauseMs > 1_000) expect(report.turns.map(({ text }) => text)).toEqual(said);
    },
  );
});
