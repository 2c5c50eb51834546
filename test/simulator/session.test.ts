import { VirtualClock } from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeSTT, fakeTTS, seededRandom, simulate, simulateTogether } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

describe('the end of a session', () => {
  it('plays what the bot is about to say', async () => {
    const { heard, context, report } = await simulate({
      bot: cascadeBot({ llm: fakeLLM({ firstMs: 300, tokenMs: 30, replies: 'Good bye then. Come back soon.' }) }),
      script: async ({ user, session }) => {
        await user.types('bye');
        await session.end();
      },
    });
    expect(heard.map(({ text }) => text)).toEqual(['Good bye then. Come back soon.']);
    expect(context.at(-1)).toEqual({ role: 'assistant', content: 'Good bye then. Come back soon.' });
    expect(report.reason).toBe('ended');
  });

  it('waits for the user who is speaking, and answers', async () => {
    const { heard, report } = await simulate({
      bot: cascadeBot({ stt: fakeSTT({ finalMs: 300 }) }),
      script: async ({ user, session }) => {
        await user.says('one more thing');
        await session.end();
      },
    });
    expect(heard.map(({ text }) => text)).toEqual(['You said: one more thing.']);
    expect(report.reason).toBe('ended');
  });

  it('becomes a cancel at its deadline', async () => {
    const { report, heard } = await simulate({
      bot: cascadeBot({ llm: fakeLLM({ replies: `${'and so on '.repeat(100)}.` }) }),
      script: async ({ user, bot, session }) => {
        await user.types('go on');
        await bot.speaks();
        await session.end({ drainMs: 2000 });
      },
    });
    expect(report.reason).toBe('timed-out');
    expect(Math.round(heard[0]!.endMs - heard[0]!.startMs)).toBe(2000);
  });

  it('comes at once by cancel, and nothing is heard afterwards', async () => {
    const { report, heard, context } = await simulate({
      bot: cascadeBot({ llm: fakeLLM({ replies: 'Once upon a time there was a king.' }) }),
      script: async ({ user, bot, session }) => {
        await user.says('Tell me a story');
        await bot.says('Once upon');
        session.cancel('The shop closes.');
        await bot.hangsUp({ withinMs: 0 });
      },
    });
    expect(report).toMatchObject({ reason: 'cancelled', detail: 'The shop closes.' });
    expect(heard).toMatchObject([{ interrupted: true }]);
    expect(context.at(-1)).toEqual({ role: 'assistant', content: 'Once upon', interrupted: true });
  });

  it('comes when the user hangs up, in the middle of a word', async () => {
    const { report } = await simulate({
      bot: cascadeBot({ llm: fakeLLM({ replies: 'Once upon a time there was a king.' }) }),
      script: async ({ user, bot }) => {
        await user.says('Tell me a story');
        await bot.says('Once upon');
        await user.hangsUp();
      },
    });
    expect(report).toMatchObject({ reason: 'ended', detail: 'The user hung up.' });
  });

  it.each([
    ['gracefully', 'end'],
    ['by cancel', 'cancel'],
  ] as const)('%s leaves no timer behind, whenever it comes', async (_title, how) => {
    for (let atMs = 0; atMs < 6000; atMs += 490) {
      const clock = new VirtualClock();
      await simulate(
        {
          bot: cascadeBot({
            stt: fakeSTT({ finalMs: 200 }),
            llm: fakeLLM({ firstMs: 300, tokenMs: 20 }),
            tts: fakeTTS({ firstMs: 100 }),
          }),
          script: async ({ user, session }) => {
            const speaking = user.says('Tell me a long story');
            await session.clock.sleep(atMs);
            if (how === 'cancel') session.cancel();
            else await session.end();
            await speaking;
          },
        },
        { clock },
      );
      expect([atMs, clock.pendingTimers]).toEqual([atMs, 0]);
    }
  });
});

describe('many sessions', () => {
  const script = (word: string) => ({
    script: async ({ user, bot }: Parameters<Parameters<typeof simulate>[0]['script']>[0]) => {
      for (let i = 0; i < 3; i++) {
        await user.says(`${word} number ${i}`);
        await bot.says(`You said: ${word} number ${i}.`);
        await bot.finishes();
      }
    },
  });

  it('of one pipeline object do not mix, also when one interrupts all the time', async () => {
    const bot = cascadeBot({
      stt: fakeSTT({ finalMs: 130 }),
      llm: fakeLLM({ firstMs: 210, tokenMs: 17 }),
      tts: fakeTTS({ firstMs: 90 }),
    });
    const [calm, rude] = await simulateTogether([
      { bot, ...script('apple') },
      {
        bot,
        script: async ({ user }) => {
          await user.says('pear');
          for (let i = 0; i < 5; i++) await user.interrupts(200, `pear ${i}`);
        },
      },
    ]);
    expect(JSON.stringify(calm!.context)).not.toContain('pear');
    expect(JSON.stringify(rude!.context)).not.toContain('apple');
    expect(calm!.heard.map(({ text }) => text)).toEqual([0, 1, 2].map((i) => `You said: apple number ${i}.`));
    expect([calm!.staleMs, rude!.staleMs]).toEqual([0, 0]);
  });

  it('run fifty at a time in one process', async () => {
    const bot = cascadeBot({ llm: fakeLLM({ firstMs: 200, tokenMs: 10 }) });
    const clock = new VirtualClock();
    const results = await simulateTogether(
      Array.from({ length: 50 }, (_, i) => ({ bot, ...script(`caller${i}`) })),
      { clock },
    );
    for (const [i, { report, said, staleMs }] of results.entries()) {
      expect(report).toMatchObject({ reason: 'ended', totalTurns: 3, unansweredTurns: 0, totalErrors: 0 });
      expect(said.every(({ text }) => text.includes(`caller${i} `))).toBe(true);
      expect(staleMs).toBe(0);
    }
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a conversation of a quarter of an hour', () => {
  it('is played from beginning to end, every turn answered', async () => {
    const { report, context, heard } = await simulate({
      bot: cascadeBot({
        stt: fakeSTT({ finalMs: 200 }),
        llm: fakeLLM({
          firstMs: 400,
          tokenMs: 30,
          replies: ({ said }) => `I have noted this: ${said}. Would you like anything else?`,
        }),
        tts: fakeTTS({ firstMs: 150 }),
      }),
      script: async ({ user, bot }) => {
        for (let i = 1; i <= 90; i++) {
          await user.says(`I want ${i} hundred strawberries`);
          await bot.says(`${i} hundred strawberries. Would you like anything else?`);
          await bot.finishes();
          await user.silentFor(1500);
        }
      },
    });
    expect(report.durationMs).toBeGreaterThan(15 * 60_000 * 0.9);
    expect(report).toMatchObject({ totalTurns: 90, unansweredTurns: 0, totalErrors: 0 });
    expect(context).toHaveLength(180);
    expect(heard.length).toBeGreaterThanOrEqual(90);
    // Each wait is that of the fakes, at the last turn as at the first: 500 + 200 + 400 ms, the words of a sentence, 150 ms.
    const waits = report.turns.map(({ voiceToVoiceMs }) => Math.round(voiceToVoiceMs ?? 0));
    expect(new Set(waits).size).toBe(1);
  });
});

describe('a backlog', () => {
  it('of things said by the application is spoken in order', async () => {
    const texts = Array.from({ length: 40 }, (_, i) => `This is announcement ${i}.`);
    const { heard } = await simulate({
      bot: cascadeBot(),
      session: { drainMs: 120_000 },
      script: async ({ session }) => {
        for (const text of texts) session.say(text);
        await session.end();
      },
    });
    expect(heard.map(({ text }) => text).join(' ')).toBe(texts.join(' '));
  });
});

describe('random conversations', () => {
  it('keep their promises: no dead audio, a context that was heard, every session ends', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const clock = new VirtualClock();
      const chance = seededRandom(seed);
      const { staleMs, context, heard, timeline } = await simulate(
        {
          seed,
          bot: cascadeBot({
            stt: fakeSTT({ finalMs: chance.between(0, 1200) }),
            llm: fakeLLM({
              firstMs: chance.between(0, 900),
              tokenMs: chance.between(0, 60),
              replies: ({ said }) => `About ${said} I can say this. And then this, too.`,
            }),
            tts: fakeTTS({ firstMs: chance.between(0, 300), nextMs: chance.between(0, 60), words: chance.chance(0.5) }),
          }),
          script: async ({ user, bot, provider, random }) => {
            for (let i = 0; i < 6; i++) {
              if (random.chance(0.2)) provider(random.pick(['stt', 'llm', 'tts'])).stallsFor(random.between(100, 2500));
              if (random.chance(0.1)) provider(random.pick(['llm', 'tts'])).fails('server');
              if (random.chance(0.15)) await user.coughs(random.between(30, 400));
              if (random.chance(0.15)) await user.types(`typed ${i}`);
              else await user.says(`word ${i}`);
              if (random.chance(0.5)) await user.silentFor(random.between(0, 4000));
              else await bot.finishes({ withinMs: 20_000 }).catch(() => undefined);
            }
          },
        },
        { clock },
      );
      const whole = heard.map(({ text }) => text).join(' ');
      expect(staleMs, timeline).toBe(0);
      for (const { role, content } of context) {
        // The last word may be half a word in the audio.
        if (role === 'assistant') expect(whole, timeline).toContain((content ?? '').split(' ').slice(0, -1).join(' '));
      }
      expect(clock.pendingTimers).toBe(0);
    }
  });
});
