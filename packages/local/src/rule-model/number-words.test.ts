import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberWords, spokenNumbers } from './number-words.js';
import { utterance } from './utterance.js';

const values = (text: string): number[] => spokenNumbers(utterance(text).words).map((one) => one.value);

describe('spokenNumbers', () => {
  it.each([
    ['four hundred strawberries', [400]],
    ['400 strawberries', [400]],
    ['1,250 and 3.5', [1250, 3.5]],
    ['one hundred and five', [105]],
    ['two and three', [2, 3]],
    ['twelve hundred', [1200]],
    ['twenty-one', [21]],
    ['twenty twenty', [20, 20]],
    ['five five five zero one two three', [5, 5, 5, 0, 1, 2, 3]],
    ['a hundred', [100]],
    ['two dozen eggs and half a dozen rolls', [24, 6]],
    ['a dozen', [12]],
    ['three point one four', [3.14]],
    ['nine hundred ninety nine million nine hundred ninety nine thousand nine hundred ninety nine', [999_999_999]],
    ['2 million', [2_000_000]],
    ['this one and that one', []],
    ['no number here', []],
  ])('reads “%s”', (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it('reads back every whole number up to 999,999,999 that numberWords writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (value) => {
        expect(values(numberWords(value))).toEqual([value]);
        expect(values(value.toLocaleString('en-US'))).toEqual([value]);
      }),
      { numRuns: 2000 },
    );
  });
});
