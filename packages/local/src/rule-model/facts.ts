import type { UserTurn } from './conversation.js';
import { titleCase } from './sentence.js';
import { rawSlice, type Utterance } from './utterance.js';

/** Things that one says one is, which are no names. */
const notNames = new Set(
  'a an the not so very just also here there sorry fine good well okay ok glad happy sad tired hungry thirsty ready sure afraid trying going looking calling interested talking doing done back home in on at from of lost late new old busy cold hot bored sick ill still now only really quite too from hoping thinking wondering waiting having getting being able about always never my your his her our their is to and that this what who how i you he she it we they allergic married single vegetarian confused curious english french german american fellow'.split(
    ' ',
  ),
);

/** A name of up to three words that begins at word `at`: with capitals as many as have one, without them only one. */
export function nameAt(said: Utterance, at: number): string | undefined {
  let to = at;
  while (to < said.words.length && to - at < 3) {
    const word = said.words[to];
    if (word === undefined || notNames.has(word.word) || !/^\p{L}/u.test(word.raw)) break;
    if (to > at && !/^\p{Lu}/u.test(word.raw)) break;
    // A stop or a comma ends a name.
    if (to > at && /[^\s]/.test(said.text.slice(said.words[to - 1]?.end ?? 0, word.start))) break;
    to++;
  }
  const name = rawSlice(said, at, to);
  return name === '' ? undefined : titleCase(name);
}

/** Where the words of `phrase` stand in an utterance: the index behind them. */
function after(said: Utterance, phrase: string): number | undefined {
  const parts = phrase.split(' ');
  const at = said.words.findIndex((_, index) => parts.every((part, offset) => said.words[index + offset]?.word === part));
  return at < 0 ? undefined : at + parts.length;
}

/** The name by which somebody introduces themselves in it. */
export function introducedName(said: Utterance): string | undefined {
  for (const phrase of ['my name is', 'call me', 'i am called', 'the name is', 'under the name', 'under the name of']) {
    const at = after(said, phrase);
    const name = at === undefined ? undefined : nameAt(said, at);
    if (name !== undefined) return name;
  }
  for (const phrase of ['i am', 'this is']) {
    const at = after(said, phrase);
    const name = at === undefined ? undefined : nameAt(said, at);
    const restWords = at === undefined ? 0 : said.words.length - at;
    // “I am Anna” is short, or has its capital; “i am walking home” is neither.
    if (
      name !== undefined &&
      at !== undefined &&
      (/^\p{Lu}/u.test(said.words[at]?.raw ?? '') || restWords === 1) &&
      !name.endsWith('ing')
    )
      return name;
  }
  return undefined;
}

/** The text from word `at` to the end of its clause. */
function clauseFrom(said: Utterance, at: number): string {
  const start = said.words[at]?.start;
  if (start === undefined) return '';
  const rest = said.text.slice(start);
  return (/^(?:[^.!?;]|\.(?=\d))+/.exec(rest)?.[0] ?? '').replace(/,? (?:and|but) (?:i|my|you|what|please|we)\b.*$/i, '').trim();
}

const verbs: readonly (readonly [string, string])[] = [
  ['i live in', 'home'],
  ['i live at', 'home'],
  ['i am from', 'origin'],
  ['i come from', 'origin'],
  ['i work as', 'work as'],
  ['i work at', 'work at'],
  ['i work for', 'work for'],
  ['i work in', 'work in'],
  ['i like', 'like'],
  ['i love', 'love'],
  ['i hate', 'hate'],
  ['i am allergic to', 'allergic to'],
];

/** What a key is stored under, so that “favorite color” finds “favourite colour”. */
export const factKey = (key: string): string => key.replaceAll('favorite', 'favourite').replaceAll('color', 'colour').trim();

const isAsking = /^(?:what|who|where|when|why|which|how|do(?! not)|does|did|can|could|is|are|am|have)\b/;

/** The facts in one utterance, as pairs of a key and the words as they were said. */
export function factsIn(said: Utterance): (readonly [string, string])[] {
  if (isAsking.test(said.ask)) return [];
  const found: (readonly [string, string])[] = [];
  const name = introducedName(said);
  if (name !== undefined) found.push(['name', name]);
  const remember = /\b(?:remember|do not forget|note|keep in mind|make a note) (?:that |this )?(?=\S)/.exec(said.plain);
  if (remember !== null && !/\bremember (?:me|what|when|how|my)\b(?! \S+ (?:is|are))/.test(said.plain)) {
    const at = said.plain.slice(0, remember.index + remember[0].length).split(' ').length - 1;
    const note = clauseFrom(said, at);
    if (note !== '') found.push(['note', note]);
  }
  for (const match of said.plain.matchAll(/\bmy ((?:[\p{L}']+ ){0,2}[\p{L}']+) (?:is|are) (?=\S)/gu)) {
    const key = factKey(match[1] ?? '');
    const at = said.plain.slice(0, match.index + match[0].length).split(' ').length - 1;
    const value = clauseFrom(said, at);
    if (key !== 'name' && key !== 'order' && value !== '') found.push([key, value]);
  }
  const pet = /\bi have (?:a|an|one) ((?:\p{L}+ )?\p{L}+) (?:called|named)\b/u.exec(said.plain);
  const petName = pet === null ? undefined : nameAt(said, said.plain.slice(0, pet.index + pet[0].length).split(' ').length);
  if (petName !== undefined) found.push([`${pet?.[1]}'s name`, petName]);
  const age = /\bi am (\S+(?: \S+)?) years old\b/.exec(said.plain)?.[1];
  if (age !== undefined) found.push(['age', age]);
  for (const [phrase, key] of verbs) {
    const at = after(said, phrase);
    const value = at === undefined || said.words[at] === undefined ? '' : clauseFrom(said, at);
    const place = key === 'home' || key === 'origin';
    if (value !== '' && !/^to\b/.test(value)) found.push([key, place ? titleCase(value) : value]);
  }
  return found;
}

/** Everything the user has said about themselves; what was said last counts. Notes are kept together. */
export function factsOf(turns: readonly UserTurn[]): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  for (const turn of turns) {
    for (const [key, value] of factsIn(turn.said)) {
      const before = key === 'note' ? facts.get('note') : undefined;
      facts.set(key, before === undefined || before === value ? value : `${before}; ${value}`);
    }
  }
  return facts;
}
