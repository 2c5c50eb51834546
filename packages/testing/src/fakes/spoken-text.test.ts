import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spokenText, textIn, voiceIn } from './spoken-text.js';

const text = fc
  .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
  .filter((made) => [...made].every((letter) => letter >= ' '));

describe('spoken text', () => {
  it('can be read from its audio, whatever it is', () => {
    fc.assert(fc.property(text, (said) => textIn(spokenText(said)) === said));
  });

  it('is read in pieces as it is read at once', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 5000 }), (said, size) => {
        const samples = spokenText(said);
        let read = '';
        for (let begin = 0; begin < samples.length; begin += size) read += textIn(samples.subarray(begin, begin + size));
        return read === said;
      }),
    );
  });

  it('goes on with what was said before without a pause, if it is told to', () => {
    fc.assert(
      fc.property(text, text, (a, b) => textIn(Int16Array.of(...spokenText(a), ...spokenText(b, { continues: true }))) === a + b),
    );
  });

  it('lasts as long as it is told to, and is voice from its first to its last sample', () => {
    const samples = spokenText('Hello', { lastsMs: 250, sampleRate: 8000 });
    expect(samples).toHaveLength(2000);
    expect(voiceIn(samples)).toEqual({ first: 0, last: 1999 });
  });

  it('that is cut holds the words of the part', () => {
    expect(textIn(spokenText('I want strawberries', { lastsMs: 1900 }).subarray(0, 16 * 599))).toBe('I want');
  });

  it('refuses a time in which it cannot be said', () => {
    expect(() => spokenText('Hello', { lastsMs: 0.1 })).toThrow(RangeError);
  });

  it('is not in silence', () => {
    expect(textIn(new Int16Array(100))).toBe('');
    expect(voiceIn(new Int16Array(100))).toBeUndefined();
  });
});
