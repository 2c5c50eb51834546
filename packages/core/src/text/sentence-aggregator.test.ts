import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SentenceAggregator } from './sentence-aggregator.js';

/** The sentences of a text that comes in pieces. */
function sentences(pieces: readonly string[]): string[] {
  const aggregator = new SentenceAggregator();
  const all = pieces.flatMap((piece) => aggregator.push(piece));
  const rest = aggregator.flush();
  return rest === undefined ? all : [...all, rest];
}

const bare = (text: string): string => text.replace(/\s+/gu, '');

test('the sentences together are the text, whatever the text and however it is cut into pieces', () => {
  const texts = fc.oneof(
    fc.string({
      unit: fc.constantFrom('a', 'B', 'Mr', '.', '!', '?', ' ', '\n', '3', '"', '。', 'e.g.', '…', ')'),
      maxLength: 60,
    }),
    fc.string(),
  );
  fc.assert(
    fc.property(texts, fc.array(fc.nat({ max: 9 }), { minLength: 1 }), (text, cuts) => {
      const pieces: string[] = [];
      for (let at = 0, i = 0; at < text.length; i++) {
        const length = 1 + (cuts[i % cuts.length] ?? 0);
        pieces.push(text.slice(at, at + length));
        at += length;
      }
      const made = sentences(pieces);
      expect(bare(made.join(' '))).toBe(bare(text));
      expect(made.every((sentence) => sentence === sentence.trim() && sentence !== '')).toBe(true);
      // An East Asian full stop is not waited behind, so several of them may come apart.
      if (!/[。！？]/u.test(text)) expect(made).toEqual(sentences([...text]));
    }),
    { numRuns: 3000 },
  );
});

test('a sentence is handed out as soon as it is certain that it has ended', () => {
  const aggregator = new SentenceAggregator();
  expect(aggregator.push('Hello there.')).toEqual([]);
  expect(aggregator.push(' How')).toEqual(['Hello there.']);
  expect(aggregator.push(' are you? Fine! And')).toEqual(['How are you?', 'Fine!']);
  expect(aggregator.flush()).toBe('And');
  expect(aggregator.flush()).toBeUndefined();
});

test('abbreviations, decimals, initials and times do not end a sentence', () => {
  for (const text of [
    'Dr. Smith pays 3.50 euros to Mr. J. Brown at 5 p.m. on Monday.',
    'Fruit, e.g. strawberries, i.e. red ones, etc. are 2.5 times as dear.',
    'The U.S. and the U.K. agree vs. St. Helena.',
  ]) {
    expect(sentences([text])).toEqual([text]);
    expect(sentences([...text])).toEqual([text]);
  }
});

test('quotes and brackets stay with the sentence they close, and marks in a row end it once', () => {
  expect(sentences(['He said "Stop!" Then (really?!) he left... Gone.'])).toEqual([
    'He said "Stop!"',
    'Then (really?!)',
    'he left...',
    'Gone.',
  ]);
});

test('a new line ends a sentence, and so does the full stop of East Asian text without a space', () => {
  expect(sentences(['First line\nsecond'])).toEqual(['First line', 'second']);
  expect(sentences(['你好。再见！'])).toEqual(['你好。', '再见！']);
});
