import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phonesBetweenPauses, wordSpans } from './word-ends.js';

const phone = fc.constantFrom('hh', 'ax', 'l', 'ow', 's', 't', 'ay');
const words = fc.array(fc.array(phone, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 });
const timed = (phones: readonly string[]) => phones.map((name, index) => ({ phone: name, endMs: (index + 1) * 100 }));

describe('wordSpans', () => {
  it('finds each word where its phones are, when they are spoken as they are alone', () => {
    fc.assert(
      fc.property(words, (all) => {
        let at = 0;
        const expected = all.map((phones) => {
          const startMs = at * 100;
          at += phones.length;
          return { startMs, endMs: at * 100 };
        });
        expect(wordSpans(all, timed(all.flat()))).toEqual(expected);
      }),
    );
  });

  it('gives spans in order and inside the sentence, whatever was spoken', () => {
    fc.assert(
      fc.property(words, fc.array(fc.oneof(phone, fc.constant('pau')), { maxLength: 40 }), (all, sentence) => {
        let before = 0;
        for (const { startMs, endMs } of wordSpans(all, timed(sentence))) {
          expect(startMs).toBeGreaterThanOrEqual(before);
          expect(endMs).toBeGreaterThanOrEqual(startMs);
          before = endMs;
        }
        expect(before).toBeLessThanOrEqual(sentence.length * 100);
      }),
    );
  });

  it('gives a pause to no word', () => {
    const spans = wordSpans(
      [
        ['hh', 'ay'],
        ['l', 'ow'],
      ],
      timed(['pau', 'hh', 'ay', 'pau', 'l', 'ow', 'pau']),
    );
    expect(spans).toEqual([
      { startMs: 100, endMs: 300 },
      { startMs: 400, endMs: 600 },
    ]);
  });

  it('does not move the neighbours of a word that sounds different in a sentence', () => {
    const spans = wordSpans([['ay'], ['hh', 'aa', 'd'], ['t', 'uw']], timed(['ay', 'hh', 'ae', 'd', 't', 'ax']));
    expect(spans.map(({ endMs }) => endMs)).toEqual([100, 400, 600]);
  });
});

describe('phonesBetweenPauses', () => {
  it('makes a word of each stretch between pauses', () => {
    expect(phonesBetweenPauses(timed(['pau', 'hh', 'ay', 'pau', 'pau', 'l', 'pau']))).toEqual([['hh', 'ay'], ['l']]);
  });
});
