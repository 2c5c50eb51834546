const small = new Set(['of', 'the', 'and', 'de', 'la', 'le', 'du', 'am', 'upon', 'on']);

/** The same text with its first letter in upper case. */
export function capitalised(text: string): string {
  const [first] = text;
  return first === undefined ? text : first.toUpperCase() + text.slice(first.length);
}

/** Writes names as names: recognisers without capitals say “new york”. Words that have a capital keep theirs. */
export function titleCase(text: string): string {
  return text
    .split(' ')
    .map((word, index) => (index > 0 && small.has(word) ? word : capitalised(word)))
    .join(' ');
}

/** “a”, “a and b”, “a, b and c”. */
export function listed(parts: readonly string[], last = 'and'): string {
  const end = parts.at(-1);
  if (end === undefined) return '';
  return parts.length === 1 ? end : `${parts.slice(0, -1).join(', ')} ${last} ${end}`;
}

/** One sentence: it begins with a capital and ends with a stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' ? '' : capitalised(/[.!?…]["”']?$/.test(trimmed) ? trimmed : `${trimmed}.`);
}

const turned: Readonly<Record<string, string>> = {
  i: 'you',
  me: 'you',
  my: 'your',
  mine: 'yours',
  myself: 'yourself',
  am: 'are',
  "i'm": "you're",
  "i've": "you've",
  "i'd": "you'd",
  "i'll": "you'll",
  you: 'I',
  your: 'my',
  yours: 'mine',
};

/** Says it from the other side: “my keys” becomes “your keys”. */
export function turnedAround(text: string): string {
  return text.replace(/[\p{L}']+/gu, (word) => turned[word.toLowerCase()] ?? word);
}

/** The sentences of a text. */
export function sentencesOf(text: string): string[] {
  return (text.match(/[^.!?]+[.!?]*["”]?/g) ?? []).map((one) => one.trim()).filter((one) => one !== '');
}
