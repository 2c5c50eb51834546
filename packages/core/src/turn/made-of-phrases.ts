/** Phrases of some words each, as `phrases('yes, yes please')` makes them: the longer before those that they begin with. */
export type Phrases = readonly (readonly string[])[];

export function phrases(list: string): Phrases {
  return list
    .split(', ')
    .map((phrase) => phrase.split(' '))
    .sort((a, b) => b.length - a.length);
}

/** Whether the words are nothing but these phrases, one behind the other. Takes the longest each time, so it never goes back. */
export function madeOf(words: readonly string[], known: Phrases): boolean {
  let at = 0;
  while (at < words.length) {
    const found = known.find((phrase) => phrase.every((word, i) => words[at + i] === word));
    if (found === undefined) return false;
    at += found.length;
  }
  return words.length > 0;
}
