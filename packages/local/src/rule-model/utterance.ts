import { withoutMishearings } from './misheard.js';

/** A word as it was said: `word` is lower-case, `start` and `end` are its place in the text. */
export interface Word {
  readonly raw: string;
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** What somebody said, cut into words; short forms are written out, so that one pattern covers “I'd” and “I would”. */
export interface Utterance {
  readonly text: string;
  readonly words: readonly Word[];
  /** All words in lower case with one space between them, without punctuation. */
  readonly plain: string;
  /** `plain` without the polite wrapping: no “hello”, “could you”, “please”. */
  readonly ask: string;
}

// Longer text is a recording or a paste, not a request; what is asked stands at its end.
const longestText = 4000;
const wordPattern = /\p{N}+(?:[.,:]\p{N}+)*|[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*/gu;
const isAfter = new Set([
  'what',
  'who',
  'where',
  'how',
  'when',
  'that',
  'it',
  'there',
  'here',
  'he',
  'she',
  'name',
  'today',
  'which',
]);
const whole: Readonly<Record<string, string>> = { "won't": 'will not', "can't": 'cannot', "let's": 'let us', "y'all": 'you all' };
const endings: readonly (readonly [RegExp, string])[] = [
  [/n't$/, ' not'],
  [/'ll$/, ' will'],
  [/'re$/, ' are'],
  [/'ve$/, ' have'],
  [/'m$/, ' am'],
  [/'d$/, ' would'],
];
const opening =
  /^(?:um|uh|er|hmm|well|so|okay|ok|alright|all right|right|now|then|please|hello|hi|hey|good (?:morning|afternoon|evening|day)|yes|yeah|sure|thanks|thank you|and|but|actually|sorry|excuse me|(?:can|could|would|will) you|i (?:want|would like|need) you to|just|go ahead and)\b ?/;
const closing = / ?\b(?:please|thanks|thank you|now|then|for me|if you (?:can|could|please))$/;

function writtenOut(word: string): string {
  const known = whole[word];
  if (known !== undefined) return known;
  for (const [ending, full] of endings) if (ending.test(word)) return word.replace(ending, full);
  if (word.endsWith("'s") && isAfter.has(word.slice(0, -2))) return `${word.slice(0, -2)} is`;
  return word;
}

function withoutWrapping(plain: string): string {
  let ask = plain;
  for (let before = ''; before !== ask; ) {
    before = ask;
    ask = ask.replace(opening, '').replace(closing, '').trim();
  }
  return ask === '' ? plain : ask;
}

/** Reads a sentence as a person said it, or as a recogniser wrote it. */
export function utterance(said: string): Utterance {
  const text = withoutMishearings(said.replace(/[\u2018\u2019\u02bc]/g, "'").slice(-longestText)).trim();
  const words: Word[] = [];
  for (const match of text.matchAll(wordPattern)) {
    const raw = match[0];
    const start = match.index;
    for (const word of writtenOut(raw.toLowerCase()).split(' ')) words.push({ raw, word, start, end: start + raw.length });
  }
  const plain = words.map((one) => one.word).join(' ');
  return { text, words, plain, ask: withoutWrapping(plain) };
}

/** The words from index `from` up to, not including, `to`, as they stand in the text. */
export function rawSlice(said: Utterance, from: number, to: number): string {
  const first = said.words[from];
  const last = said.words[to - 1];
  return first === undefined || last === undefined || to <= from ? '' : said.text.slice(first.start, last.end);
}
