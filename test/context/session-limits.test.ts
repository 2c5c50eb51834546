import { estimateTokens, LLMContext, messageText, windowPolicy } from '@voxrill/core';
import { cascadeBot, fakeLLM, type SimulatedBot, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

/** What a provider allows. These are a matter of the provider and the year, so they are options and no constants of ours. */
const limits = {
  'a quarter of an hour': { sessionMs: 15 * 60_000, tokens: 128_000 },
  'half an hour': { sessionMs: 30 * 60_000, tokens: 128_000 },
  'an hour, and less context': { sessionMs: 60 * 60_000, tokens: 32_000 },
} as const;

/** The graceful end gets this much, so the session is told to end so much before the provider’s limit. */
const drainMs = 30_000;

const remembers = () =>
  fakeLLM({
    firstMs: 300,
    replies: ({ messages, said }) => {
      const known = /my name is (\w+)/u.exec(messages.map(messageText).join(' '))?.[1];
      return said === 'what is my name' ? `You are ${known}.` : 'I see, please go on.';
    },
  });

/** Talks until the session is over by itself, and gives what was saved of it. */
async function talkToTheLimit(bot: SimulatedBot & Pick<ReturnType<typeof cascadeBot>, 'context'>, sessionMs: number) {
  let saved = '';
  const result = await simulate({
    bot,
    session: { maxDurationMs: sessionMs - drainMs, drainMs },
    script: async ({ user, session }) => {
      await user.says('my name is Anna');
      for (let minute = 1; session.state === 'running'; minute++) {
        await Promise.race([session.done, user.silentFor(45_000)]);
        if (session.state === 'running') await user.says(`this is what I did in minute ${minute}`);
      }
      await session.done;
      saved = JSON.stringify(bot.context.of(session));
    },
  });
  return { ...result, saved };
}

describe.each(Object.entries(limits))('with a provider that allows %s', (_name, { sessionMs, tokens }) => {
  it('a session ends in time and by itself, also while somebody speaks (S001-43)', async () => {
    const { report } = await talkToTheLimit(cascadeBot({ llm: remembers() }), sessionMs);
    expect(report.reason).toBe('ended');
    expect(report.durationMs).toBeGreaterThanOrEqual(sessionMs - drainMs);
    expect(report.durationMs).toBeLessThanOrEqual(sessionMs);
    expect(report.detail).toBe(`The session has lasted ${sessionMs - drainMs} ms.`);
    expect([report.unansweredTurns, report.totalErrors]).toEqual([0, 0]);
  });

  it('the next session goes on with the saved conversation (S001-43, S001-46)', async () => {
    const { saved, context: before } = await talkToTheLimit(cascadeBot({ llm: remembers() }), sessionMs);
    const { messages } = LLMContext.from(JSON.parse(saved));
    expect(messages).toEqual(before);
    const { context } = await simulate({
      bot: cascadeBot({ llm: remembers(), context: { messages } }),
      session: { maxDurationMs: sessionMs - drainMs, drainMs },
      script: async ({ user, bot }) => {
        await user.says('what is my name');
        await bot.says('You are Anna.');
      },
    });
    expect(context.slice(0, before.length)).toEqual(before);
  });

  it('no prompt is longer than it allows, however long the conversation already is (S001-43)', async () => {
    const llm = remembers();
    const messages = Array.from({ length: 400 }, (_, i) => ({
      role: i % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content: `${i} ${'long story '.repeat(150)}`,
    }));
    expect(estimateTokens(messages)).toBeGreaterThan(tokens);
    const bot = cascadeBot({ llm, context: { messages, policies: [windowPolicy({ maxTokens: tokens })] } });
    await simulate({
      bot,
      script: async ({ user, bot: voice }) => {
        for (const text of ['one', 'two']) {
          await user.says(text);
          await voice.finishes();
        }
      },
    });
    const sizes = llm.calls.map(({ request }) => estimateTokens(request.messages, request.tools));
    expect(sizes).toHaveLength(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(tokens);
  });
});
