import { messageText } from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeSTT, fakeTTS, simulate } from '@voxrill/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const story = 'Once upon a time there was a king who had no crown. He lost it in a game of cards. Nobody gave it back.';
const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');

/** A call in which the user cuts in `atMs` into the story: what came out of the loudspeaker, was stored, and sent next. */
async function cutAt(atMs: number, withWords: boolean) {
  const llm = fakeLLM({ firstMs: 300, tokenMs: 20, replies: ({ said }) => (said.includes('story') ? story : 'All right.') });
  const { heard, context } = await simulate({
    bot: cascadeBot({ stt: fakeSTT({ finalMs: 150 }), llm, tts: fakeTTS({ firstMs: 120, words: withWords }) }),
    script: async ({ user, bot }) => {
      await user.says('Tell me a story');
      await user.interrupts(atMs, 'stop');
      await bot.says('All right.');
    },
  });
  const played = heard.slice(0, -1).map(({ text }) => text);
  const reply = (messages: typeof context): string =>
    messages
      .slice(
        0,
        messages.findLastIndex(({ role }) => role === 'user'),
      )
      .filter(({ role }) => role === 'assistant')
      .map(messageText)
      .join(' ');
  return { played: played.join(' '), stored: reply(context), sent: reply(llm.calls.at(-1)!.request.messages), context };
}

// The story is 102 characters at 60 ms, and a pause; an interruption takes a moment to be one.
const moment = fc.integer({ min: 20, max: 5600 });

describe('when the user cuts in, wherever it is', () => {
  it('the text ends with the words that were played, the last one whole or not at all (S001-40, S000-11, S001-52)', async () => {
    await fc.assert(
      fc.asyncProperty(moment, async (atMs) => {
        const { played, stored, sent } = await cutAt(atMs, true);
        expect(story.startsWith(played)).toBe(true);
        const heard = words(played);
        const all = words(story);
        // With the voice's own word times there are two possibilities: the word that was being said counts, or it does not.
        expect([all.slice(0, heard.length).join(' '), all.slice(0, heard.length - 1).join(' ')]).toContain(stored);
        expect(sent).toBe(stored);
      }),
      { numRuns: 30 },
    );
  });

  it('without word times it ends there by proportion, give or take a word (S001-40, S000-11, S001-52)', async () => {
    await fc.assert(
      fc.asyncProperty(moment, async (atMs) => {
        const { played, stored, sent } = await cutAt(atMs, false);
        expect(story.startsWith(stored)).toBe(true);
        expect(Math.abs(words(stored).length - words(played).length)).toBeLessThanOrEqual(1);
        expect(sent).toBe(stored);
      }),
      { numRuns: 30 },
    );
  });

  it('the cut is marked in the conversation, and not told to the model in words', async () => {
    const { context, stored } = await cutAt(2000, true);
    expect(context.find(({ role }) => role === 'assistant')).toEqual({ role: 'assistant', content: stored, interrupted: true });
  });
});
