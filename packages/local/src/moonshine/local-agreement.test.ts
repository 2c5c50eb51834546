import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalAgreement } from './local-agreement.js';

const word = fc.constantFrom('and', 'so', 'my', 'fellow', 'Americans', 'ask', 'not', 'what', "you're", '3.15', 'ten');
const mark = fc.constantFrom('', '', '', ',', '.', '?', ' -', '..."');
const hypothesis = fc
  .array(fc.tuple(word, mark), { maxLength: 9 })
  .map((parts) => parts.map(([text, end]) => text + end).join(' '));

describe('LocalAgreement', () => {
  it('S003-11 confirms the words on which two successive hypotheses agree, and holds the rest as tentative', () => {
    const agreement = new LocalAgreement();
    expect(agreement.push('And so?')).toEqual({ confirmed: '', tentative: 'And so?' });
    expect(agreement.push('And so my fellow')).toEqual({ confirmed: 'And so', tentative: 'my fellow' });
    expect(agreement.push('and so, my fellow Americans.')).toEqual({ confirmed: 'And so, my fellow', tentative: 'Americans.' });
  });

  it('S003-14 confirms nothing of a single hypothesis', () => {
    expect(new LocalAgreement().push('tw tw tw').confirmed).toBe('');
  });

  it('S003-11 never retracts a confirmed prefix, whatever the hypotheses are', () => {
    fc.assert(
      fc.property(fc.array(hypothesis, { maxLength: 12 }), hypothesis, (hypotheses, final) => {
        const agreement = new LocalAgreement();
        let before = '';
        for (const next of hypotheses) {
          const { confirmed } = agreement.push(next);
          expect(confirmed.startsWith(before)).toBe(true);
          before = confirmed;
        }
        expect(agreement.flush(final).confirmed.startsWith(before)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('S003-11 gives the offline transcript when the hypotheses are its growing beginnings', () => {
    fc.assert(
      fc.property(hypothesis, fc.array(fc.nat(9), { maxLength: 8 }), (final, lengths) => {
        const agreement = new LocalAgreement();
        const words = final.split(' ').filter((part) => part !== '');
        for (const length of lengths.toSorted((a, b) => a - b)) agreement.push(words.slice(0, length).join(' '));
        expect(agreement.flush(final)).toEqual({ confirmed: words.join(' '), tentative: '' });
      }),
      { numRuns: 2000 },
    );
  });

  it('goes on after a word that was confirmed wrongly', () => {
    const agreement = new LocalAgreement();
    agreement.push('I want to');
    agreement.push('I want to');
    agreement.push("I'd want to go home");
    expect(agreement.push("I'd want to go home now").confirmed).toBe('I want to go home');
  });

  it('neither repeats nor skips a word when a confirmed one turns into two', () => {
    const agreement = new LocalAgreement();
    agreement.push('goodbye my');
    agreement.push('goodbye my');
    agreement.push('good bye my friend');
    expect(agreement.push('good bye my friend').confirmed).toBe('goodbye my friend');
  });
});
