import { spokenNumbers } from '../number-words.js';
import { titleCase } from '../sentence.js';
import { rawSlice, type Utterance } from '../utterance.js';
import { whenPhrase } from '../when.js';
import { stem } from './words.js';

const stops = new Set(
  'in at for near to from of on about around with by is are was be like today tomorrow tonight now right please and or but if then so as what how when where who will would can could should do does did the my your it that this not going i me you we us they degrees celsius fahrenheit morning afternoon evening night next week weekend using until via into than because currently also too after before one'.split(
    ' ',
  ),
);
const nowhere =
  /^(?:here|there|outside|me|us|it|today|tomorrow|tonight|now|moment|\p{N}.*|minutes?|hours?|general|english|french|german|spanish|celsius|fahrenheit|order|case|the|a|an)$/u;

interface Span {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** The name that begins at word `at`. With capitals it is the run of them, without them it goes on to a word that no name has. */
function nameSpan(said: Utterance, at: number): Span | undefined {
  const start = said.words[at]?.word === 'the' ? at + 1 : at;
  const capital = /^\p{Lu}/u.test(said.words[start]?.raw ?? '');
  let to = start;
  while (to < said.words.length && to - start < 4) {
    const word = said.words[to];
    if (word === undefined) break;
    const gap = to === start ? '' : said.text.slice(said.words[to - 1]?.end ?? 0, word.start);
    // “San Francisco, CA” is one place; “Paris, London” are two.
    if (/[^\s-]/.test(gap) && !(gap.trim() === ',' && /^\p{Lu}{2}$/u.test(word.raw))) break;
    const upper = /^\p{Lu}/u.test(word.raw);
    const joins = (word.word === 'of' || word.word === 'de') && /^\p{Lu}/u.test(said.words[to + 1]?.raw ?? '');
    if (!joins && (stops.has(word.word) ? !(capital && upper && to > start) : capital && !upper)) break;
    to++;
  }
  const text = rawSlice(said, start, to);
  // “for four people” names nobody.
  if (spokenNumbers(said.words.slice(start, start + 1)).length > 0) return undefined;
  if (text === '' || nowhere.test(text.toLowerCase()) || whenPhrase(text.toLowerCase())?.text === text.toLowerCase())
    return undefined;
  return { text: capital || start > at ? text : titleCase(text), from: start, to };
}

/** The name at `at`, and those that are joined to it by commas or “and”. */
function spansFrom(said: Utterance, at: number): Span[] {
  const spans: Span[] = [];
  for (let next: number | undefined = at; next !== undefined && spans.length < 8; ) {
    const span: Span | undefined = nameSpan(said, next);
    if (span === undefined) break;
    spans.push(span);
    const gap = said.text.slice(said.words[span.to - 1]?.end ?? 0, said.words[span.to]?.start ?? 0).trim();
    const word = said.words[span.to]?.word;
    if (word === 'and' || word === 'or') {
      const preposition: boolean = /^(?:in|at|for|near|of|to|from)$/.test(said.words[span.to + 1]?.word ?? '');
      next = span.to + (preposition ? 2 : 1);
    } else next = gap === ',' && word !== undefined ? span.to : undefined;
  }
  return spans;
}

const infinitive =
  /^(?:be|book|order|have|get|go|know|see|find|buy|make|speak|talk|reserve|send|call|play|set|tell|hear|ask|do|take|use|check|look|search|cancel|change|pay|schedule|turn|switch|start|add|eat|fly|travel|come|sleep)$/;

/** Names behind one of the given prepositions, in their order. A name never begins with one of the stems in `not`. */
export function namesAfter(said: Utterance, prepositions: readonly string[], not: ReadonlySet<string> = new Set()): Span[] {
  for (const preposition of prepositions) {
    for (let at = 0; at < said.words.length - 1; at++) {
      if (said.words[at]?.word !== preposition) continue;
      const next = said.words[at + 1];
      // “to book” is no place.
      if (next !== undefined && (not.has(stem(next.word)) || (preposition === 'to' && infinitive.test(next.raw)))) continue;
      const spans = spansFrom(said, at + 1);
      if (spans.length > 0) return spans;
    }
  }
  return [];
}

/** Names that stand anywhere, known by their capital letter; the first word of a sentence has one anyway. */
export function capitalNames(said: Utterance): Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < said.words.length; ) {
    const word = said.words[at];
    const first = at === 0 || /[.!?]\s*$/.test(said.text.slice(0, word?.start ?? 0));
    const span =
      word !== undefined && !first && word.raw !== 'I' && !word.raw.startsWith("I'") && /^\p{Lu}/u.test(word.raw)
        ? nameSpan(said, at)
        : undefined;
    if (span !== undefined) spans.push(span);
    at = span?.to ?? at + 1;
  }
  return spans;
}
