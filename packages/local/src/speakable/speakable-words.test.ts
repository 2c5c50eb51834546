import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phrases } from './phrases.js';
import { speakableWords } from './speakable-words.js';

const said = (text: string) =>
  speakableWords(text)
    .map(({ spoken }) => spoken)
    .filter((spoken) => spoken !== '')
    .join(' ');

describe('speakableWords', () => {
  it.for([
    ['Hello, how are you?', 'Hello, how are you?'],
    ['**Bold**, _slanted_ and `code`.', 'Bold, slanted and code.'],
    ['Great 👍🏽!', 'Great'],
    ['See [our page](https://x.org/a) now', 'See our page now'],
    ['Go to https://example.com/help-me.', 'Go to example dot com slash help dash me.'],
    ['Write to jo.doe@mail.org!', 'Write to jo dot doe at mail dot org!'],
    ['Café “naïve” it’s', "Cafe naive it's"],
    ['5% of €20, 3–5 & 20°C', '5 percent of 20 euros, 3 to 5 and 20 degrees Celsius'],
    ['$5.20 for 1,000', '$5.20 for 1,000'],
    ['wait… what — no', 'wait, what no'],
    ['e.g. Dr. Smith', 'e.g. Dr. Smith'],
    ['# Title\n- item', 'Title item'],
  ])('says %j as %j', ([text = '', spoken = '']) => {
    expect(said(text)).toBe(spoken);
  });

  it('keeps every written word, and makes plain characters of every spoken one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const words = speakableWords(text);
        expect(words.map(({ written }) => written).join(' ')).toBe(text.split(/\s+/).filter(Boolean).join(' '));
        for (const { spoken } of words) expect(spoken).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});

describe('phrases', () => {
  it('leaves no word out, and makes no phrase longer than 240 characters unless one word is', () => {
    const word = fc.record({ written: fc.constant('w'), spoken: fc.stringMatching(/^[a-z]{0,30}[,.]?$/) });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 100 }), (words) => {
        const parts = phrases(words);
        expect(parts.flat()).toEqual(words);
        for (const part of parts) expect(part.reduce((sum, { spoken }) => sum + spoken.length + 1, 0)).toBeLessThanOrEqual(272);
      }),
    );
  });
});
