import { type ChatMessage, LLMContext, messageText, packedHistory } from '@voxrill/core';
import { ruleModel } from '@voxrill/local';
import { cascadeBot, fakeLLM, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

/** Talks until the line breaks, and gives what was saved of it. */
async function savedCall(): Promise<string> {
  const bot = cascadeBot({ llm: ruleModel(), context: { system: 'You are brief.' } });
  let saved = '';
  const { report } = await simulate({
    bot,
    script: async ({ user, bot: reply, socket, session }) => {
      await user.says('My name is Anna');
      await reply.finishes();
      await user.says('Tell me a story');
      await reply.speaks();
      await user.silentFor(1500);
      socket.drops();
      await session.done;
      saved = JSON.stringify(bot.context.of(session));
    },
  });
  expect(report.reason).not.toBe('ended');
  return saved;
}

describe('after the line broke', () => {
  it('the bot knows what was said in the first turn, when the messages are given item by item (S001-46, S000-12)', async () => {
    const { messages } = LLMContext.from(JSON.parse(await savedCall()));
    expect(messages.some((message) => message.role === 'assistant' && message.interrupted === true)).toBe(true);
    await simulate({
      bot: cascadeBot({ llm: ruleModel(), context: { messages } }),
      script: async ({ user, bot }) => {
        await user.says('What is my name');
        await bot.says(/Anna/u);
      },
    });
  });

  it('one session of many is given its own conversation back (S001-46)', async () => {
    const saved: unknown = JSON.parse(await savedCall());
    const bot = cascadeBot({ llm: ruleModel(), context: { system: 'You are somebody else.' } });
    const { context } = await simulate({
      bot,
      script: async ({ user, bot: reply, session }) => {
        bot.context.of(session).load(saved);
        await user.says('What is my name');
        await reply.says(/Anna/u);
      },
    });
    expect(context[0]).toEqual({ role: 'system', content: 'You are brief.' });
  });

  it('the bot knows it as well when all is packed into one message of the user (S001-46, S000-12)', async () => {
    const { messages } = LLMContext.from(JSON.parse(await savedCall()));
    const packed = packedHistory(messages);
    const remembers = fakeLLM({
      replies: (request) => {
        const said = request.messages.map(messageText).join(' ');
        return /name/u.test(request.said) ? `You are ${/My name is (\w+)/u.exec(said)?.[1]}.` : 'Well.';
      },
    });
    const { context } = await simulate({
      bot: cascadeBot({ llm: remembers, context: { system: 'You are brief.', messages: [packed] } }),
      script: async ({ user, bot }) => {
        await user.says('What is my name');
        await bot.says('You are Anna.');
      },
    });
    expect(context.map(({ role }) => role)).toEqual(['system', 'user', 'user', 'assistant']);
  });

  it('what is restored is text: no audio is kept (S000-13)', async () => {
    expect(await savedCall()).not.toContain('audio');
  });
});

describe('a restored conversation', () => {
  const histories: Readonly<Record<string, readonly ChatMessage[]>> = {
    'one exchange that ends with text of the bot': [
      { role: 'user', content: 'Hello.' },
      { role: 'assistant', content: 'Good morning. How can I help?' },
    ],
    'many exchanges': Array.from({ length: 10 }, (_, i): ChatMessage[] => [
      { role: 'user', content: `Question ${i}` },
      { role: 'assistant', content: `Answer ${i}` },
    ]).flat(),
  };
  for (const [name, messages] of Object.entries(histories)) {
    it(`of ${name} is answered by voice, not by text alone (S001-45)`, async () => {
      const { heard, context } = await simulate({
        bot: cascadeBot({ context: { messages } }),
        script: async ({ user, bot }) => {
          await user.says('go on');
          await bot.says('You said: go on.');
        },
      });
      expect(heard.map(({ text }) => text)).toEqual(['You said: go on.']);
      expect(context.slice(0, messages.length)).toEqual(messages);
    });
  }
});

describe('what the user said without getting an answer', () => {
  it('stands in the conversation when the session ends before (S004-7)', async () => {
    const { context, heard } = await simulate({
      bot: cascadeBot({ llm: fakeLLM({ replies: () => ({ hang: true }) }) }),
      script: async ({ user, session }) => {
        await user.says('are you there');
        await user.silentFor(3000);
        session.cancel();
      },
    });
    expect(context).toEqual([{ role: 'user', content: 'are you there' }]);
    expect(heard).toEqual([]);
  });

  it('stands in the next request when the application asked for silence, or the model failed (S004-7)', async () => {
    const llm = fakeLLM({
      firstMs: 500,
      replies: ({ said }) => (said === 'second' ? { error: 'server' } : 'All right.'),
    });
    await simulate({
      bot: cascadeBot({ llm }),
      script: async ({ user, bot, session }) => {
        await user.says('first');
        await user.silentFor(900);
        session.interrupt('No answer, please.');
        await bot.staysSilentFor(3000);
        await user.says('second');
        await user.silentFor(3000);
        await user.says('third');
        await bot.says('All right.');
      },
    });
    expect(llm.calls.at(-1)!.request.messages).toEqual([
      { role: 'user', content: 'first' },
      { role: 'user', content: 'second' },
      { role: 'user', content: 'third' },
    ]);
  });
});
