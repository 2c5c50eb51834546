import { cascadeBot, fakeLLM, fakeSTT, fakeVad, simulate } from '@voxrill/testing';
import { expect, test } from 'vitest';

test('a recogniser does not hear the end of one utterance again at the beginning of the next', async () => {
  const stt = fakeSTT();
  await simulate({
    bot: cascadeBot({ stt, vad: fakeVad({ stopMs: 200 }) }),
    script: async ({ user, bot }) => {
      await user.says('one two');
      await user.silentFor(220);
      await user.says('three');
      await bot.finishes();
    },
  });
  expect(stt.calls.map(({ spoken }) => spoken.trim())).toEqual(['one two', 'three']);
});

test('two late transcripts of a turn that was given up without words stand in the order in which they were spoken', async () => {
  const { context } = await simulate({
    bot: cascadeBot({
      context: { turn: { transcriptMs: 500 } },
      vad: fakeVad({ stopMs: 300 }),
      llm: fakeLLM({ replies: () => 'All right.' }),
      stt: fakeSTT({ interims: false, hears: [{ finalMs: 3500 }, { finalMs: 1500 }] }),
    }),
    script: async ({ user }) => {
      await user.says('first part');
      await user.silentFor(400);
      await user.says('second part');
      await user.silentFor(9000);
    },
  });
  const said = context.filter(({ role }) => role === 'user').map(({ content }) => content);
  expect(said.join(' ')).toBe('first part second part');
});
