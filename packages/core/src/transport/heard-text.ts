import type { TimedWord } from '../frames/frame-map.js';

/**
 * How much of a text had been said after `playedMs`: up to the last word that was heard. Uses the words' times where they
 * are known; else the text is taken to be spread evenly over the audio.
 *
 * A word counts once half of it was played: less is a sound, not a word.
 *
 * @example
 * ```ts
 * console.log(heardText('one two three', [], 500, 1000)); // one
 * ```
 */
export function heardText(text: string, words: readonly TimedWord[], playedMs: number, totalMs: number): string {
  if (playedMs <= 0) return '';
  if (totalMs > 0 && playedMs >= totalMs) return text;
  if (words.length > 0)
    return textUpTo(text, words, words.findLastIndex((word) => (word.startMs + word.endMs) / 2 <= playedMs) + 1);
  if (totalMs <= 0) return '';
  const characters = Math.floor((playedMs / totalMs) * text.length);
  if (characters >= text.length) return text;
  // Back to the end of the last whole word.
  const end = /\s/u.test(text.charAt(characters)) ? characters : text.slice(0, characters).search(/\s\S*$/u);
  return end <= 0 ? '' : text.slice(0, end).trimEnd();
}

/** The beginning of `text` that holds its first `count` timed words, as it was written. */
function textUpTo(text: string, words: readonly TimedWord[], count: number): string {
  if (count === 0) return '';
  const lower = text.toLowerCase();
  let end = 0;
  let heard = 0;
  for (const [i, word] of words.entries()) {
    const found = lower.indexOf(word.text.toLowerCase(), end);
    // The voice says it otherwise than it is written ("4" as "four"): count words instead.
    if (found === -1) return firstWords(text, Math.round((count / words.length) * (text.match(/\S+/gu)?.length ?? 0)));
    end = found + word.text.length;
    if (i === count - 1) heard = end;
  }
  // Marks that belong to the word go with it.
  const rest = /^\S*/u.exec(text.slice(heard))?.[0] ?? '';
  return text.slice(0, heard + rest.length).trimEnd();
}

function firstWords(text: string, count: number): string {
  const last = [...text.matchAll(/\S+/gu)].slice(0, count).at(-1);
  return last === undefined ? '' : text.slice(0, last.index + last[0].length);
}
