import { type ChatMessage, defineTool } from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeSTT, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const lookUp = (name: string, takesMs: number) =>
  defineTool({
    name,
    description: 'Looks something up.',
    parameters: z.object({}),
    run: async (_none, { signal }) => {
      await new Promise<void>((resolve, reject) => {
        if (takesMs === 0) resolve();
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      return 'found';
    },
  });

describe('an answer that is due', () => {
  it('is given in spite of a cough while the model thinks', async () => {
    const { said, report } = await simulate({
      bot: cascadeBot({ llm: fakeLLM({ firstMs: 2000, replies: () => 'It is noon.' }) }),
      script: async ({ user, bot }) => {
        await user.says('what time is it');
        await user.silentFor(1500);
        await user.coughs(400);
        await bot.says('It is noon.');
      },
    });
    expect(said.filter(({ who }) => who === 'bot')).toHaveLength(1);
    expect(report.unansweredTurns).toBe(0);
  });

  it('is given in spite of a cough while a tool runs', async () => {
    const { context } = await simulate({
      bot: cascadeBot({
        llm: fakeLLM({
          replies: ({ messages }) =>
            messages.some(({ role }) => role === 'tool') ? 'I could not find it.' : { toolCall: { name: 'look_up', id: 'a' } },
        }),
        context: { tools: [lookUp('look_up', 5000)] },
      }),
      script: async ({ user, bot }) => {
        await user.says('look it up');
        await user.silentFor(1500);
        await user.coughs(400);
        await bot.says('I could not find it.');
      },
    });
    expect(context.at(-2)).toMatchObject({ role: 'tool', content: expect.stringContaining('cancelled') });
  });

  it('is not given when the application asks for silence', async () => {
    const { said } = await simulate({
      bot: cascadeBot({
        llm: fakeLLM({
          replies: ({ messages }) =>
            messages.some(({ role }) => role === 'tool')
              ? 'Here it is.'
              : [{ toolCall: { name: 'quick', id: 'a' } }, { toolCall: { name: 'slow', id: 'b' } }],
        }),
        context: { tools: [lookUp('quick', 0), lookUp('slow', 5000)] },
      }),
      script: async ({ user, session }) => {
        await user.says('look it up');
        await user.silentFor(1500);
        session.interrupt('the stop button');
        await user.silentFor(5000);
        await user.coughs(400);
        await user.silentFor(5000);
      },
    });
    expect(said.filter(({ who }) => who === 'bot')).toEqual([]);
  });

  it('is given once, with the new words, when the user types while one of two tools runs', async () => {
    const { frames, said } = await simulate({
      bot: cascadeBot({
        llm: fakeLLM({
          replies: ({ said: last }) =>
            last === 'look it up'
              ? [{ toolCall: { name: 'quick', id: 'a' } }, { toolCall: { name: 'slow', id: 'b' } }]
              : `About ${last}.`,
        }),
        context: { tools: [lookUp('quick', 0), lookUp('slow', 5000)] },
      }),
      script: async ({ user, bot }) => {
        await user.says('look it up');
        await user.silentFor(1500);
        await user.types('tulips');
        await bot.finishes();
      },
    });
    const asked = frames.filter(({ frame }) => frame.kind === 'llm-context').map(({ frame }) => frame.id);
    expect(new Set(asked).size).toBe(2);
    expect(said.filter(({ who }) => who === 'bot').map(({ text }) => text)).toEqual(['About tulips.']);
  });

  it('is made of all that was said when a stretch is recognised late, without interim results', async () => {
    const { context } = await simulate({
      bot: cascadeBot({
        stt: fakeSTT({
          hears: [
            { text: 'I want', finalMs: 1000, interims: [] },
            { text: 'strawberries', finalMs: 4000, interims: [] },
          ],
        }),
        llm: fakeLLM({ firstMs: 3000 }),
      }),
      script: async ({ user, bot }) => {
        await user.says('I want');
        await user.silentFor(700);
        await user.says('strawberries');
        await bot.finishes();
      },
    });
    expect(
      context
        .filter(({ role }) => role === 'user')
        .map(({ content }) => content)
        .join(' '),
    ).toBe('I want strawberries');
    expect(context.at(-1)?.content).toBe('You said: I want strawberries.');
  });

  it('is asked for again by an id that the model has used before', async () => {
    const { said } = await simulate({
      bot: cascadeBot({
        llm: fakeLLM({
          replies: ({ messages }) =>
            messages.at(-1)?.role === 'tool' ? 'Here it is.' : { toolCall: { name: 'quick', id: 'same' } },
        }),
        context: { tools: [lookUp('quick', 0)] },
      }),
      script: async ({ user, bot }) => {
        await user.says('look it up');
        await bot.finishes();
        await user.says('once more');
        await bot.finishes();
      },
    });
    expect(said.filter(({ who }) => who === 'bot').map(({ text }) => text)).toEqual(['Here it is.', 'Here it is.']);
  });
});

describe('the conversation', () => {
  it('marks a reply as interrupted that was cut between two of its sentences', async () => {
    const { context } = await simulate({
      bot: cascadeBot({ llm: fakeLLM({ replies: [['First sentence here. ', { stallMs: 6000 }, 'Second one.'], 'Yes.'] }) }),
      script: async ({ user, bot }) => {
        await user.says('tell me');
        await bot.says('First sentence here.');
        await user.silentFor(3000);
        await user.says('wait');
        await bot.says('Yes.');
      },
    });
    expect(context[1]).toEqual({ role: 'assistant', content: 'First sentence here.', interrupted: true });
  });

  it('keeps what the model has seen as it was, so that each request begins with the one before', async () => {
    const requests: (readonly ChatMessage[])[] = [];
    await simulate({
      bot: cascadeBot({
        llm: fakeLLM({
          replies: ({ messages, said }) => {
            requests.push(messages);
            if (messages.at(-1)?.role === 'tool') return 'Here it is.';
            if (said === 'thanks') return 'You are welcome.';
            return ['Let me look that up for you, one moment please.', { toolCall: { name: 'soon' } }];
          },
        }),
        context: {
          tools: [defineTool({ name: 'soon', description: 'Finds.', parameters: z.object({}), run: () => 'found' })],
        },
      }),
      script: async ({ user, bot }) => {
        await user.says('look it up');
        await bot.says('Here it is.');
        await user.says('thanks');
        await bot.says('You are welcome.');
      },
    });
    expect(requests).toHaveLength(3);
    for (const [i, request] of requests.slice(1).entries()) {
      const before = requests[i] ?? [];
      expect(JSON.stringify(request.slice(0, before.length))).toBe(JSON.stringify(before));
    }
    const spoken = requests.at(-1)?.filter(({ role, content }) => role === 'assistant' && content !== null);
    expect(spoken?.map(({ content }) => content).join(' ')).toBe('Let me look that up for you, one moment please. Here it is.');
  });
});
