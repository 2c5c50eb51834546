import { cascadeBot, fakeLLM, fakeSTT, fakeTTS, type SimulationResult, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

const story = 'Once upon a time there was a king who had no crown. He lost it in a game of cards. Nobody gave it back.';

const storyteller = (options: { readonly words?: boolean } = {}) =>
  cascadeBot({
    stt: fakeSTT({ finalMs: 150 }),
    llm: fakeLLM({ firstMs: 300, tokenMs: 20, replies: ({ said }) => (said.includes('story') ? story : 'All right.') }),
    tts: fakeTTS({ firstMs: 120, ...options }),
    context: { system: 'You tell stories.' },
  });

const starts = ({ frames }: SimulationResult, kind: string) =>
  frames.filter(({ frame }) => frame.kind === kind).map(({ at }) => at);

describe('a user who speaks 300 ms into the reply', () => {
  const call = () =>
    simulate({
      bot: storyteller(),
      script: async ({ user, bot }) => {
        await user.says('Tell me a story');
        await user.interrupts(300, 'stop', { lastsMs: 400 });
        await bot.says('All right.', { withinMs: 3000 });
      },
    });

  it('silences the bot at the very moment at which the voice is known for one', async () => {
    const result = await call();
    const [heard] = result.heard;
    const [, decidedMs] = starts(result, 'vad-user-started-speaking');
    expect(heard).toMatchObject({ interrupted: true });
    expect(heard!.endMs).toBe(decidedMs);
    expect(heard!.endMs - heard!.startMs).toBe(320);
    expect(result.staleMs).toBe(0);
  });

  it('leaves in the context what was heard and no more, marked as interrupted', async () => {
    const { context, heard } = await call();
    expect(context).toEqual([
      { role: 'system', content: 'You tell stories.' },
      { role: 'user', content: 'Tell me a story' },
      { role: 'assistant', content: 'Once', interrupted: true },
      { role: 'user', content: 'stop' },
      { role: 'assistant', content: 'All right.' },
    ]);
    expect(heard[0]!.text.startsWith('Once')).toBe(true);
    expect(heard[1]!.text).toBe('All right.');
  });

  it('comes out the same every time', async () => {
    const [one, two] = [await call(), await call()];
    expect(two.timeline).toBe(one.timeline);
    expect(two.context).toEqual(one.context);
  });
});

describe.each([true, false])('wherever the user cuts in (word times: %s)', (words) => {
  it('the context holds a beginning of the reply that ends with the last word of which half was heard, or close to it', async () => {
    for (let atMs = 60; atMs < 6000; atMs += 371) {
      const { context, heard, staleMs } = await simulate({
        bot: storyteller({ words }),
        script: async ({ user, bot }) => {
          await user.says('Tell me a story');
          await user.interrupts(atMs, 'stop');
          await bot.says('All right.');
        },
      });
      const cut = context.find((message) => message.role === 'assistant')?.content ?? '';
      const truth = heard
        .filter(({ turn }) => turn === 1)
        .map(({ text }) => text)
        .join(' ');
      expect(story.startsWith(truth)).toBe(true);
      expect(cut === 'All right.' || story.startsWith(cut)).toBe(true);
      const sure = cut === 'All right.' ? '' : cut;
      // Half a word more or less; without word times only whole words that must have been heard count.
      expect(Math.abs(sure.length - truth.length)).toBeLessThanOrEqual(words ? 6 : 9);
      expect(staleMs).toBe(0);
    }
  });
});

describe('an interruption', () => {
  it('ends the model and the voice that are at work for the dead turn', async () => {
    const llm = fakeLLM({ firstMs: 100, tokenMs: 100, replies: ({ said }) => (said.includes('story') ? story : 'All right.') });
    const tts = fakeTTS({ firstMs: 50, nextMs: 90 });
    await simulate({
      bot: cascadeBot({ llm, tts }),
      script: async ({ user, bot }) => {
        await user.says('Tell me a story');
        await user.interrupts(300, 'stop');
        await bot.says('All right.');
      },
    });
    expect(llm.calls.map(({ outcome }) => outcome)).toEqual(['aborted', 'finished']);
    expect(tts.calls.map(({ outcome }) => outcome)).toEqual(['aborted', 'finished']);
    expect(story.startsWith(llm.calls[0]!.text)).toBe(true);
    expect(llm.calls[0]!.text.length).toBeLessThan(story.length);
  });

  it('before the first word of the reply leaves no trace of the reply', async () => {
    const { context, heard } = await simulate({
      bot: storyteller(),
      script: async ({ user, bot }) => {
        await user.says('Tell me a story');
        await user.silentFor(700);
        await user.says('no, wait');
        await bot.says('All right.');
      },
    });
    expect(heard.map(({ text }) => text)).toEqual(['All right.']);
    expect(context.map(({ role, content }) => [role, content])).toEqual([
      ['system', 'You tell stories.'],
      ['user', 'Tell me a story'],
      ['user', 'no, wait'],
      ['assistant', 'All right.'],
    ]);
  });

  it('takes a queue of ten minutes away at once', async () => {
    const bot = cascadeBot({
      llm: fakeLLM({ replies: ({ said }) => (said === 'stop' ? 'All right.' : `${'and so on '.repeat(800)}.`) }),
    });
    const { heard, staleMs } = await simulate({
      bot,
      script: async ({ user, bot: reply }) => {
        await user.types('Go on for ever');
        await user.interrupts(5000, 'stop', { lastsMs: 400 });
        await reply.says('All right.', { withinMs: 1000 });
      },
    });
    expect(heard.map(({ endMs, startMs }) => Math.round(endMs - startMs))).toEqual([5020, 600]);
    expect(staleMs).toBe(0);
  });

  it('by the application works as one by the user', async () => {
    const { context, heard } = await simulate({
      bot: storyteller(),
      script: async ({ user, bot, session }) => {
        await user.says('Tell me a story');
        await bot.says('Once upon a time');
        session.interrupt('The shop closes.');
        await bot.staysSilentFor(5000);
      },
    });
    expect(heard).toHaveLength(1);
    expect(context.at(-1)).toEqual({ role: 'assistant', content: 'Once upon a time', interrupted: true });
  });

  it('by typing works as one by voice', async () => {
    const { context, report } = await simulate({
      bot: storyteller(),
      script: async ({ user, bot }) => {
        await user.says('Tell me a story');
        await bot.says('Once upon a time');
        await user.types('stop');
        await bot.says('All right.');
      },
    });
    expect(context.slice(-3)).toEqual([
      { role: 'assistant', content: 'Once upon a time', interrupted: true },
      { role: 'user', content: 'stop' },
      { role: 'assistant', content: 'All right.' },
    ]);
    expect(report.totalErrors).toBe(0);
  });
});
