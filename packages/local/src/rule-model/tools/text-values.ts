import { introducedName } from '../facts.js';
import { orderLines } from '../forms/order-lines.js';
import { spokenNumbers } from '../number-words.js';
import { sumText } from '../rules/arithmetic.js';
import { titleCase } from '../sentence.js';
import { rawSlice, type Utterance } from '../utterance.js';
import { dayPhrase, timePhrase, whenPhrase } from '../when.js';
import { isoDate, isoTime } from './calendar.js';
import type { Evidence } from './evidence.js';
import { wordsOfName } from './name-words.js';
import type { ParameterKind } from './parameter-kind.js';
import { capitalNames, namesAfter } from './places.js';
import type { Schema } from './schema.js';
import { isContent, stem } from './words.js';

const quoted = /["“”]([^"“”]+)["“”]|(?:^|\s)'([^']+)'(?=\s|[.,!?]|$)/;
const outside =
  /^(?:on|off|switch|turn|outside|today|tomorrow|tonight|now|like|moment|please|here|there|currently|right|going|is|it|weather|okay|hello|hi|um|uh|me|and|or|book|order|if|because|something|anything|thing|by|my|whole|long|really|maybe|probably|hey)$/;
const marker = /^(?:saying|says|say|that|about|titled|called|named|asking|for)$/;

const clean = (text: string): string =>
  text.replace(/^[\s,;:–-]+|[\s,;:.!?]+$/g, '').replace(/,? (?:please|thanks|thank you)$/i, '');

/** What is left of a sentence when the words that asked for the tool are taken away. */
function leftover(evidence: Evidence, most = 4): string {
  const { said, hits } = evidence;
  const when = new Set(whenPhrase(said.plain)?.text.split(' ') ?? []);
  const numbers = spokenNumbers(said.words);
  const kept = said.words.filter(
    (word, index) =>
      isContent(word.word) &&
      !outside.test(word.word) &&
      !hits.has(stem(word.word)) &&
      !when.has(word.word) &&
      !numbers.some((one) => index >= one.from && index < one.to) &&
      !evidence.taken.has(word.word),
  );
  return kept.length === 0 || kept.length > most ? '' : kept.map((word) => word.raw).join(' ');
}

/** The text behind “saying”, “that”, “about” and the like; or behind the verb that asked. */
function freeText(evidence: Evidence): string[] {
  const { said, hits } = evidence;
  const texts: string[] = [];
  const at = said.words.findIndex((word, index) => index > 0 && marker.test(word.word) && said.words[index + 1] !== undefined);
  if (at >= 0) texts.push(clean(rawSlice(said, at + 1, said.words.length)));
  const first = said.words.findIndex((word) => !hits.has(stem(word.word)) && isContent(word.word) && !outside.test(word.word));
  if (first >= 0) texts.push(clean(rawSlice(said, first, said.words.length)));
  return texts;
}

/** “the title is Dune”, “title Dune”: what follows the parameter's own name. */
function behindName(said: Utterance, name: string): string | undefined {
  const own = wordsOfName(name).at(-1) ?? '';
  const at = own.length < 3 ? -1 : said.words.findIndex((word) => stem(word.word) === stem(own));
  if (at < 0) return undefined;
  let from = at + 1;
  while (/^(?:is|are|of|to|should|be|will|called|named|number)$/.test(said.words[from]?.word ?? '')) from++;
  const text = clean(rawSlice(said, from, said.words.length).split(/[,;]| and /)[0] ?? '');
  return text === '' ? undefined : text;
}

function places(evidence: Evidence, prepositions: readonly string[], required: boolean, isRoom: boolean): string[] {
  const { said, facts } = evidence;
  const free = (all: readonly { readonly text: string }[]) =>
    all.map((one) => one.text).filter((text) => !evidence.taken.has(text.toLowerCase()));
  for (const preposition of prepositions) {
    const named = free(namesAfter(said, [preposition], evidence.hits));
    if (named.length > 0) return named;
  }
  const home = facts.get('home');
  if (home !== undefined && /\b(?:here|at home|where i live|my (?:city|town|place|home))\b/.test(said.plain)) return [home];
  if (!required) return [];
  const capital = free(capitalNames(said)).filter((text) => !evidence.hits.has(stem(text.toLowerCase())));
  if (capital.length > 0) return capital;
  const rest = leftover(evidence);
  return rest === '' ? [] : [isRoom ? rest : titleCase(rest)];
}

function people(evidence: Evidence, words: string, required: boolean): string[] {
  const { said, facts } = evidence;
  const own = /\b(?:customer|user|caller|guest|client|patient|name)\b/.test(words);
  const found = [
    introducedName(said),
    ...namesAfter(said, ['to', 'for', 'with', 'under', 'named', 'called', 'call', 'email', 'text', 'remind'], evidence.hits).map(
      (one) => one.text,
    ),
  ];
  if (own) found.push(facts.get('name'));
  if (required && !own) found.push(...capitalNames(said).map((one) => one.text));
  return found
    .filter((one) => one !== undefined && whenPhrase(one.toLowerCase()) === undefined && !evidence.taken.has(one.toLowerCase()))
    .map(String);
}

function moments(kind: 'date' | 'time' | 'when', schema: Schema, evidence: Evidence): (string | undefined)[] {
  const { said, wallClock, timeZone } = evidence;
  const phrase = (kind === 'date' ? dayPhrase : kind === 'time' ? timePhrase : whenPhrase)(said.plain)?.text;
  if (phrase === undefined) return [];
  const whole = whenPhrase(said.plain)?.text ?? phrase;
  if (schema.format === 'date') return [isoDate(phrase, wallClock, timeZone)];
  if (schema.format === 'time') return [isoTime(whole), `${isoTime(whole)}:00`, `${isoTime(whole)}:00Z`];
  if (schema.format === 'date-time') {
    const date = isoDate(whole, wallClock, timeZone);
    return date === undefined ? [] : [`${date}T${isoTime(timePhrase(said.plain)?.text ?? '') ?? '00:00'}:00Z`];
  }
  const text = kind === 'time' && !evidence.dayElsewhere ? whole : phrase;
  const words = text.replace(/^(?:at|on|by|around|about) /, '');
  return [words, isoDate(phrase, wallClock, timeZone), isoTime(whole)];
}

const placesBefore: Readonly<Record<'origin' | 'destination' | 'place', readonly string[]>> = {
  origin: ['from'],
  destination: ['to', 'into', 'for', 'in'],
  place: ['in', 'at', 'for', 'near', 'around', 'to', 'of', 'from'],
};

/** The texts that a parameter may have, the likeliest first. Only a required one is filled from what is left over. */
export function textValues(name: string, schema: Schema, kind: ParameterKind, required: boolean, evidence: Evidence): string[] {
  const { said } = evidence;
  const words = wordsOfName(name).join(' ');
  const inQuotes = quoted.exec(said.text);
  const quote = inQuotes?.[1] ?? inQuotes?.[2];
  const found: (string | undefined)[] = [];
  switch (kind) {
    case 'email':
      found.push(/[^\s@]+@[^\s@]+\.[\p{L}\p{N}]+/u.exec(said.text)?.[0]);
      break;
    case 'url':
      found.push(/\bhttps?:\/\/\S+/.exec(said.text)?.[0], /\b[\p{L}\p{N}-]+\.(?:com|org|net|io|dev)\b\S*/u.exec(said.text)?.[0]);
      break;
    case 'phone': {
      const digits = spokenNumbers(said.words).map((one) =>
        said.text.slice(said.words[one.from]?.start ?? 0, said.words[one.to - 1]?.end ?? 0),
      );
      const written = /\+?\d[\d ()-]{4,}\d/.exec(said.text)?.[0];
      const spoken = spokenNumbers(said.words)
        .map((one) => one.value)
        .join('');
      found.push(written, digits.length > 2 && spoken.length >= 4 ? spoken : undefined);
      break;
    }
    case 'origin':
    case 'destination':
    case 'place':
      found.push(...places(evidence, placesBefore[kind], required, /\b(?:room|zone|area)\b/.test(words)));
      break;
    case 'language':
      found.push(...namesAfter(said, ['to', 'into', 'in']).map((one) => titleCase(one.text)));
      break;
    case 'person':
      found.push(...people(evidence, words, required));
      break;
    case 'date':
    case 'time':
    case 'when':
      found.push(...moments(kind, schema, evidence));
      break;
    case 'goods':
      found.push(orderLines(said)?.[0]?.item, quote, required ? leftover(evidence) : undefined);
      break;
    case 'sum':
      found.push(sumText(said), required ? freeText(evidence).at(-1) : undefined);
      break;
    case 'text':
      found.push(quote, ...(required ? freeText(evidence) : [behindName(said, name)]));
      break;
    case 'other':
      found.push(quote, behindName(said, name));
      if (/\b(?:id|number|code|sku|reference|ref|zip|postcode)\b/.test(words))
        found.push(said.words.find((word) => /\p{N}/u.test(word.raw))?.raw);
      else if (required)
        found.push(
          ...capitalNames(said).map((one) => one.text),
          ...namesAfter(said, ['for', 'in', 'to', 'of', 'on', 'with', 'about'], evidence.hits).map((one) => one.text),
          leftover(evidence),
        );
  }
  return found.filter((one) => one !== undefined && one !== '').map(String);
}
