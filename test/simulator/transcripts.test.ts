import { cascadeBot, fakeLLM, fakeSTT, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

describe('a transcript', () => {
  it('that comes before the wait for it is over is answered then', async () => {
    const { report, context } = await simulate({
      bot: cascadeBot({ stt: fakeSTT({ finalMs: 1500, interims: false }) }),
      script: async ({ user, bot }) => {
        await user.says('I want strawberries', { lastsMs: 1000 });
        await bot.finishes();
      },
    });
    // The voice is over at 1000; the recogniser learns it 500 ms later and takes 1500 ms.
    expect(report.turns).toMatchObject([{ userStoppedAtMs: 1000, decidedAtMs: 3000, text: 'I want strawberries' }]);
    expect(context).toHaveLength(2);
  });

  it('that comes after the turn was given up without a word is answered when it comes', async () => {
    const { context, report } = await simulate({
      bot: cascadeBot({ stt: fakeSTT({ finalMs: 5000, interims: false }) }),
      script: async ({ user, bot }) => {
        await user.says('I want strawberries');
        await bot.staysSilentFor(4500);
        await bot.says('You said: I want strawberries.');
      },
    });
    expect(context.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(report).toMatchObject({ totalTurns: 1, unansweredTurns: 0, totalErrors: 0 });
  });

  it('that comes late puts right what interim results have said, without a second answer', async () => {
    const llm = fakeLLM();
    const { context } = await simulate({
      bot: cascadeBot({
        llm,
        stt: fakeSTT({ hears: [{ interims: ['I want', 'I want straw'], text: 'I want strawberries', finalMs: 4000 }] }),
      }),
      script: async ({ user, bot }) => {
        await user.says('I want strawberries');
        await bot.says('I want straw', { withinMs: 5000 });
        await user.silentFor(5000);
      },
    });
    expect(llm.calls).toHaveLength(1);
    expect(context[0]).toEqual({ role: 'user', content: 'I want strawberries' });
  });

  it('of an earlier turn lands in that turn, and not in the one that is open', async () => {
    const { context } = await simulate({
      bot: cascadeBot({
        stt: fakeSTT({
          hears: [
            { text: 'I want strawberries', finalMs: 6000, interims: ['I want'] },
            { text: 'And cream', finalMs: 100 },
          ],
        }),
      }),
      script: async ({ user, bot }) => {
        await user.says('I want strawberries');
        await bot.finishes({ withinMs: 6000 });
        await user.says('And cream');
        await bot.finishes({ withinMs: 6000 });
        await user.silentFor(5000);
      },
    });
    expect(context.filter(({ role }) => role === 'user').map(({ content }) => content)).toEqual([
      'I want strawberries',
      'And cream',
    ]);
  });

  it('that is missing ends the turn without an answer, and the next turn is answered', async () => {
    const { report, context } = await simulate({
      bot: cascadeBot({ stt: fakeSTT({ hears: [{ missing: true, interims: [] }, 'I want strawberries'] }) }),
      script: async ({ user, bot }) => {
        await user.says('mumble');
        await bot.staysSilentFor(5000);
        await user.says('I want strawberries');
        await bot.says('You said: I want strawberries.');
      },
    });
    expect(report).toMatchObject({ totalTurns: 1, unansweredTurns: 0, totalErrors: 0 });
    expect(context).toHaveLength(2);
  });

  it('that is missing after interim results is made of these', async () => {
    const { context } = await simulate({
      bot: cascadeBot({ stt: fakeSTT({ hears: [{ hang: true, interims: ['I want', 'I want strawberries'] }] }) }),
      script: async ({ user, bot }) => {
        await user.says('I want strawberries');
        await bot.says('You said: I want strawberries.', { withinMs: 6000 });
      },
    });
    expect(context[0]).toEqual({ role: 'user', content: 'I want strawberries' });
  });

  it('that fails is an error frame, and the next utterance is heard', async () => {
    const { report } = await simulate({
      bot: cascadeBot({ stt: fakeSTT({ interims: false, hears: [{ error: 'connectivity' }, 'I want strawberries'] }) }),
      script: async ({ user, bot }) => {
        await user.says('mumble');
        await bot.staysSilentFor(4000);
        await user.says('I want strawberries');
        await bot.says('You said: I want strawberries.');
      },
    });
    expect(report.errors).toMatchObject([{ processor: 'fake-stt', category: 'connectivity' }]);
  });
});

describe('a turn', () => {
  it('goes on when the user does before the transcript has come', async () => {
    const { context, report } = await simulate({
      bot: cascadeBot({ stt: fakeSTT({ finalMs: 900 }) }),
      script: async ({ user, bot }) => {
        await user.says('I want four hundred');
        await user.silentFor(800);
        await user.says('strawberries');
        await bot.says('You said: I want four hundred strawberries.');
      },
    });
    expect(context).toHaveLength(2);
    expect(report.totalTurns).toBe(1);
  });

  it('without a word, after a cough, is not answered', async () => {
    const { report, context } = await simulate({
      bot: cascadeBot(),
      script: async ({ user, bot }) => {
        await user.coughs(300);
        await bot.staysSilentFor(4000);
      },
    });
    expect(report).toMatchObject({ totalTurns: 0, totalErrors: 0 });
    expect(context).toEqual([]);
  });

  it('of five words typed and spoken in turns keeps its order', async () => {
    const { said } = await simulate({
      bot: cascadeBot(),
      script: async ({ user, bot }) => {
        for (const word of ['one', 'two', 'three', 'four', 'five']) {
          if (word.length === 3) await user.says(word);
          else await user.types(word);
          await bot.finishes();
        }
      },
    });
    expect(said.map(({ text }) => text)).toEqual(
      ['one', 'two', 'three', 'four', 'five'].flatMap((word) => [word, `You said: ${word}.`]),
    );
  });
});

describe('what the user said in several ways', () => {
  it('stands in the order in which it was said, also when the first transcript is the last to come', async () => {
    const { context } = await simulate({
      bot: cascadeBot({
        stt: fakeSTT({
          hears: [
            { text: 'I want', finalMs: 1500, interims: [] },
            { text: 'strawberries', interims: [] },
          ],
        }),
      }),
      script: async ({ user, bot }) => {
        await user.says('I want');
        await user.silentFor(700);
        await user.says('strawberries', { lastsMs: 300 });
        await bot.finishes();
      },
    });
    expect(context[0]).toEqual({ role: 'user', content: 'I want strawberries' });
  });

  it('by voice and then by keyboard gets one answer a turn, and its order is kept', async () => {
    const { context, frames } = await simulate({
      bot: cascadeBot({ stt: fakeSTT({ finalMs: 1500, interims: false }) }),
      script: async ({ user, bot }) => {
        await user.says('I want strawberries');
        await user.silentFor(1000);
        await user.types('and cream');
        await bot.finishes();
        await user.silentFor(5000);
      },
    });
    const users = context.filter(({ role }) => role === 'user').map(({ content }) => content);
    expect(users.join(' ')).toBe('I want strawberries and cream');
    const asked = frames.filter(({ frame }) => frame.kind === 'llm-context').map(({ frame }) => frame.turn);
    expect(new Set(asked).size).toBe(asked.length);
  });
});
