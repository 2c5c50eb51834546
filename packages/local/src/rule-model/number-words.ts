import type { Word } from './utterance.js';

/** A number in a sentence: it covers the words from index `from` up to, not including, `to`. */
export interface SpokenNumber {
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

// biome-ignore format: a list is read in rows
const small = [
  'zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen',
  'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen',
] as const;
const tens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'] as const;

const units = new Map<string, number>([...small.map((word, value) => [word, value] as const), ['couple', 2], ['oh', 0]]);
const tensOf = new Map<string, number>(tens.flatMap((word, index) => (word === '' ? [] : [[word, index * 10] as const])));
const scales = new Map<string, number>([
  ['thousand', 1_000],
  ['million', 1_000_000],
]);
const pronounBefore = new Set(['this', 'that', 'which', 'no', 'another', 'each', 'every', 'any', 'some', 'last', 'next', 'the']);
const digits = /^\p{Nd}+(?:,\p{Nd}{3})*(?:\.\p{Nd}+)?$/u;

function digitValue(word: string): number | undefined {
  if (!digits.test(word)) return undefined;
  const value = Number(word.replaceAll(',', ''));
  return Number.isFinite(value) ? value : undefined;
}

interface Reading {
  total: number;
  group: number;
  /** What may follow: a unit after `tens`, anything after `hundred` or `scale`, nothing but a scale after `unit`. */
  last: 'tens' | 'unit' | 'hundred' | 'scale' | 'digits';
  scale: number;
}

const startsNumber = (word: string | undefined): boolean =>
  word !== undefined && (units.has(word) || tensOf.has(word) || digitValue(word) !== undefined);

function add(reading: Reading | undefined, word: string): Reading | undefined {
  const open = reading === undefined || reading.last === 'hundred' || reading.last === 'scale';
  const base: Reading = reading ?? { total: 0, group: 0, last: 'scale', scale: Number.POSITIVE_INFINITY };
  const written = digitValue(word);
  if (written !== undefined) return reading === undefined ? { ...base, group: written, last: 'digits' } : undefined;
  const ten = tensOf.get(word);
  if (ten !== undefined) return open ? { ...base, group: base.group + ten, last: 'tens' } : undefined;
  const unit = units.get(word);
  if (unit !== undefined) {
    const fits = open || (base.last === 'tens' && unit > 0 && unit < 10);
    return fits ? { ...base, group: base.group + unit, last: 'unit' } : undefined;
  }
  if (word === 'hundred') {
    if (reading === undefined) return { ...base, group: 100, last: 'hundred' };
    return base.last !== 'scale' && base.last !== 'hundred' && base.group > 0 && base.group < 100
      ? { ...base, group: base.group * 100, last: 'hundred' }
      : undefined;
  }
  const scale = scales.get(word);
  if (scale !== undefined && scale < base.scale && base.last !== 'scale' && base.group > 0 && base.group < 1000) {
    return { total: base.total + base.group * scale, group: 0, last: 'scale', scale };
  }
  if (scale !== undefined && reading === undefined) return { total: scale, group: 0, last: 'scale', scale };
  return undefined;
}

/** “three point one four”: the digits behind the point, one word each. */
function decimals(words: readonly Word[], from: number): { readonly text: string; readonly to: number } {
  let text = '';
  let to = from;
  for (; to < words.length; to++) {
    const word = words[to]?.word ?? '';
    const unit = units.get(word) ?? (/^\d$/.test(word) ? Number(word) : undefined);
    if (unit === undefined || unit > 9) break;
    text += unit;
  }
  return { text, to };
}

/**
 * Finds the numbers in a sentence, in digits (“400”, “1,250”, “3.5”) or in words (“four hundred and two”, “two dozen”,
 * “three point five”), up to 999,999,999 in words. A run such as “five five five” is three numbers.
 */
export function spokenNumbers(words: readonly Word[]): SpokenNumber[] {
  const found: SpokenNumber[] = [];
  for (let at = 0; at < words.length; ) {
    const first = words[at]?.word ?? '';
    const pronoun = first === 'one' && pronounBefore.has(words[at - 1]?.word ?? '');
    if (first === 'half' && words[at + 1]?.word === 'a' && words[at + 2]?.word === 'dozen') {
      found.push({ value: 6, from: at, to: at + 3 });
      at += 3;
      continue;
    }
    let reading: Reading | undefined;
    let to = at;
    while (!pronoun && to < words.length) {
      const word = words[to]?.word ?? '';
      const joins = word === 'and' && reading !== undefined && (reading.last === 'hundred' || reading.last === 'scale');
      const step = joins && startsNumber(words[to + 1]?.word) ? to + 1 : to;
      const next = add(reading, words[step]?.word ?? '');
      if (next === undefined) break;
      reading = next;
      to = step + 1;
    }
    let value = reading === undefined ? undefined : reading.total + reading.group;
    if (value === undefined && first === 'dozen') {
      value = 12;
      to = at + 1;
    } else if (value !== undefined && words[to]?.word === 'dozen') {
      value *= 12;
      to++;
    } else if (value !== undefined && Number.isInteger(value) && words[to]?.word === 'point') {
      const behind = decimals(words, to + 1);
      if (behind.text !== '') {
        value = Number(`${value}.${behind.text}`);
        to = behind.to;
      }
    }
    if (value === undefined) {
      at++;
      continue;
    }
    // “a hundred” and “a dozen” are one number with their article.
    const article =
      ['a', 'an'].includes(words[at - 1]?.word ?? '') && ['hundred', 'thousand', 'million', 'dozen', 'couple'].includes(first);
    found.push({ value, from: article ? at - 1 : at, to });
    at = to;
  }
  return found;
}

function belowThousand(value: number): string {
  const hundreds = Math.floor(value / 100);
  const rest = value % 100;
  const lower =
    rest < 20 ? (small[rest] ?? '') : `${tens[Math.floor(rest / 10)]}${rest % 10 === 0 ? '' : `-${small[rest % 10]}`}`;
  if (hundreds === 0) return lower;
  return `${small[hundreds]} hundred${rest === 0 ? '' : ` and ${lower}`}`;
}

/** Writes a whole number between ±999,999,999 as one says it: 421 is “four hundred and twenty-one”. */
export function numberWords(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) > 999_999_999) return String(value);
  if (value < 0) return `minus ${numberWords(-value)}`;
  const millions = Math.floor(value / 1_000_000);
  const thousands = Math.floor(value / 1_000) % 1_000;
  const rest = value % 1_000;
  const parts: string[] = [];
  if (millions > 0) parts.push(`${belowThousand(millions)} million`);
  if (thousands > 0) parts.push(`${belowThousand(thousands)} thousand`);
  if (rest > 0 || parts.length === 0)
    parts.push(parts.length > 0 && rest < 100 ? `and ${belowThousand(rest)}` : belowThousand(rest));
  return parts.join(' ');
}
