import type { SpeakableWord } from './speakable-words.js';

/** A comma may end a phrase from this length on: shorter ones sound choppy. */
const COMFORTABLE = 120;
/** No phrase is longer, so that its first audio never waits for more than this to be made. */
const LONGEST = 240;

/**
 * Splits a long text into phrases that are spoken one by one, at the end of a sentence, else at a comma, else between two
 * words. A text of usual length stays whole.
 */
export function phrases(words: readonly SpeakableWord[]): SpeakableWord[][] {
  const result: SpeakableWord[][] = [];
  let phrase: SpeakableWord[] = [];
  let length = 0;
  for (const word of words) {
    if (length + word.spoken.length > LONGEST && phrase.length > 0) {
      result.push(phrase);
      phrase = [];
      length = 0;
    }
    phrase.push(word);
    length += word.spoken.length + 1;
    if ((length >= COMFORTABLE && /[,;:]$/.test(word.spoken)) || (length >= COMFORTABLE / 2 && /[.!?]$/.test(word.spoken))) {
      result.push(phrase);
      phrase = [];
      length = 0;
    }
  }
  if (phrase.length > 0) result.push(phrase);
  return result;
}
