import type { TappedFrame } from '@voxrill/core';
import { cascadeBot, type FakeReplyPart, fakeLLM, fakeTTS, simulate } from '@voxrill/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Replies with all that makes sentences hard to tell: marks, abbreviations, numbers, quotes, line breaks, no mark at all. */
const word = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[a-zA-Zäéß]{1,9}$/u) },
  fc.constantFrom(
    'Dr.',
    'e.g.',
    '3.5',
    '“Yes.”',
    'No.',
    '5',
    'end.',
    'really?!',
    'well…',
    'stop!',
    'a.m.',
    '(so.)',
    'x'.repeat(40),
  ),
);
const between = fc.constantFrom(' ', ' ', ' ', '  ', '\n', '\n\n');
const reply = fc
  .array(fc.tuple(word, between), { minLength: 1, maxLength: 60 })
  .map((words) => words.map(([text, space]) => text + space).join(''));

/** A reply, and where the model cuts it into pieces. */
const piecewise = fc.tuple(reply, fc.array(fc.nat({ max: 400 }), { maxLength: 12 })).map(([text, cuts]) => {
  const at = [...new Set([0, ...cuts.filter((cut) => cut < text.length), text.length])].sort((a, b) => a - b);
  return { text, pieces: at.slice(1).map((end, i) => text.slice(at[i], end)) };
});

const oneSpace = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim();

/** What passed, in all its forms, when a reply was heard to its end. */
async function spoken(pieces: readonly FakeReplyPart[]) {
  const tts = fakeTTS({ charMs: 5 });
  const frames: TappedFrame['frame'][] = [];
  const { context, heard } = await simulate({
    bot: cascadeBot({ llm: fakeLLM({ replies: [pieces] }), tts }),
    script: async ({ session, user, bot }) => {
      const seen = new Set<number>();
      session.frames$.subscribe(({ frame }) => {
        if (!seen.has(frame.id)) frames.push(frame);
        seen.add(frame.id);
      });
      await user.types('speak');
      await bot.finishes();
    },
  });
  const from = frames.flatMap((frame) => (frame.kind === 'llm-text' ? [frame.text] : []));
  return {
    written: from.join(''),
    voiced: tts.calls.map(({ text }) => text),
    announced: frames.flatMap((frame) => (frame.kind === 'tts-started' ? [frame.text] : [])),
    kept: context.at(-1),
    played: heard.map(({ text }) => text).join(' '),
  };
}

describe('the text of a reply', () => {
  it('is one: the pieces put together are what the voice got sentence by sentence, what was played, and what is kept (S001-50)', async () => {
    await fc.assert(
      fc.asyncProperty(piecewise, async ({ text, pieces }) => {
        const { written, voiced, announced, kept, played } = await spoken(pieces);
        expect(written).toBe(text);
        expect(announced).toEqual(voiced);
        expect(oneSpace(voiced.join(' '))).toBe(oneSpace(text));
        expect(oneSpace(played)).toBe(oneSpace(text));
        expect(kept?.role).toBe('assistant');
        expect(oneSpace(String(kept?.content))).toBe(oneSpace(text));
      }),
      { numRuns: 60 },
    );
  });

  it('is the same however the model cuts it into pieces (S001-50)', async () => {
    await fc.assert(
      fc.asyncProperty(piecewise, async ({ text, pieces }) => {
        expect((await spoken(pieces)).voiced).toEqual((await spoken([text])).voiced);
      }),
      { numRuns: 30 },
    );
  });
});
