import type { Random } from '../simulator/seeded-random.js';

const consonants = 'bdfgklmnprstvz';
const vowels = 'aeiou';
const count = consonants.length ** 3 * vowels.length ** 2;
/** Letters in a word. */
export const wordLength = 5;
/** Shares no factor with the count, so that every word comes once before one comes again. */
const stride = 23_087;

/**
 * Words of five letters of which no two are alike: 68 600 of them. Whoever meets one in a recording, a transcript or a
 * context knows who said it, and when; and half a word is never a word.
 */
export class WordSource {
  #next: number;

  constructor(random: Random) {
    this.#next = random.between(0, count - 1);
  }

  word(): string {
    this.#next = (this.#next + stride) % count;
    let rest = this.#next;
    let word = '';
    for (const letters of [consonants, vowels, consonants, vowels, consonants]) {
      word += letters[rest % letters.length];
      rest = Math.floor(rest / letters.length);
    }
    return word;
  }

  /** So many words. */
  phrase(words: number): string {
    return Array.from({ length: words }, () => this.word()).join(' ');
  }

  /** So many words with a full stop. */
  sentence(words: number): string {
    const phrase = this.phrase(words);
    return `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`;
  }
}

/** The words in a text, without case and marks. */
export function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z]+/gu) ?? [];
}
