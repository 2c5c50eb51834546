import { cardinalWords, digitWords, ordinalWords, pluralWords, yearWords } from './number-words.js';
import { rewriteWords, type TextRewriter } from './text-rewriter.js';

const currencies: Readonly<Record<string, readonly [one: string, many: string, smallOne: string, smallMany: string]>> = {
  $: ['dollar', 'dollars', 'cent', 'cents'],
  '€': ['euro', 'euros', 'cent', 'cents'],
  '£': ['pound', 'pounds', 'penny', 'pence'],
  '¥': ['yen', 'yen', 'sen', 'sen'],
};

const magnitudes: Readonly<Record<string, string>> = { k: 'thousand', m: 'million', b: 'billion', t: 'trillion' };

const number = String.raw`(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)`;
const clock = String.raw`(?:[01]?\d|2[0-4]):[0-5]\d`;
/** What is glued to letters, slashes or further points is a name, a date or a version, and stays as it is. */
const free = String.raw`(?<![\p{L}\p{N}_/\\.,:@$€£¥#-])`;
const ends = String.raw`(?![\p{L}\p{N}_/\\@:]|[.,-]\p{N}|-\p{L})`;
const half = String.raw`(?=[ ]?[ap]\.?m\b)`;

/** Telephone and card numbers by their usual groups, long rows of digits, and whatever begins with a zero. */
const dialled = [
  String.raw`\+\d[-\d ().]{5,20}\d`,
  String.raw`(?:1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}`,
  String.raw`\d{3}-(?:\d{2}-)?\d{4}`,
  String.raw`\d{4}(?:[- ]\d{4}){3}`,
  String.raw`0\d{2,4}(?: \d{3,4}){1,2}`,
  String.raw`\d{7,}`,
  String.raw`0\d+`,
].join('|');

/** The ways to write a number; the first that fits counts. */
const spelt = new RegExp(
  [
    String.raw`(?<![\p{L}\p{N}])(?<fromSign>[$€£¥])(?<fromMoney>${number})[–-]\k<fromSign>?(?<toMoney>${number})${ends}`,
    String.raw`(?<![\p{L}\p{N}])(?<minus>[-−])?(?<sign>[$€£¥])[ ]?(?<money>${number})(?:(?<short>[kmbt])|[ ](?<long>thousand|million|billion|trillion)\b)?${ends}`,
    `${free}(?<dial>${dialled})${ends}`,
    String.raw`${free}(?<clockFrom>${clock})[–-](?<clockTo>${clock})(?!\p{N}|:\p{N})`,
    String.raw`${free}(?<clock>${clock})(?:(?<half>${half})|)(?![\p{N}_/\\]|[.,:-]\p{N})`,
    String.raw`${free}(?<hour>\d{1,2})${half}`,
    String.raw`${free}(?<ratioFrom>\d+):(?<ratioTo>\d+)${ends}`,
    String.raw`${free}(?<decade>(?:1[1-9]|20)\d0|[2-9]0)s${ends}`,
    `${free}(?<ordinal>${number})(?:st|nd|rd|th)${ends}`,
    `${free}(?<from>${number})(?:-|[ ]?–[ ]?)(?<to>${number})(?<ofHundred>[ ]?%)?${ends}`,
    String.raw`${free}(?<below>[-−])?(?<plain>${number}|\.\d+)(?<percent>[ ]?%)?${ends}`,
    String.raw`(?<![\p{L}\p{N}&#])#(?<hash>\d+)${ends}`,
  ].join('|'),
  'giu',
);

/**
 * A step of `textFilter`: writes numbers out in English words, for voices that stumble over them. Amounts, decimals,
 * percentages, money in $, €, £ and ¥, ordinals, ranges, decades, times of day; whole numbers from 1500 to 2099 are read
 * like years, and telephone numbers, long rows of digits and what begins with a zero digit by digit. What is a part of a name,
 * a date, an address or a version (`MP3`, `2024-05-17`, `1.2.3`) stays as it is.
 *
 * @example
 * ```ts
 * const filter = textFilter(spokenNumbers);
 * // "$5.50 at 3:30" is said as "five dollars and fifty cents at three thirty".
 * ```
 */
export const spokenNumbers: TextRewriter = rewriteWords(
  (text) => {
    if (!/\d/u.test(text)) return text;
    return text.replace(spelt, (...parameters: unknown[]) => {
      const [whole, offset, all, groups] = [parameters[0], ...parameters.slice(-3)];
      const made = say(String(whole), groups as Readonly<Record<string, string | undefined>>);
      // Only "am" and "pm" may be glued to a number.
      return /\p{L}/u.test(String(all).charAt(Number(offset) + String(whole).length)) ? `${made} ` : made;
    });
  },
  { goesOn: (word) => /(?:\d\)?|[$€£¥–])$/u.test(word) },
);

function say(whole: string, found: Readonly<Record<string, string | undefined>>): string {
  const { fromSign, fromMoney, toMoney, sign, money, dial, clockFrom, clockTo, hour, ratioFrom, ratioTo } = found;
  const { decade, ordinal, from, to, plain, hash } = found;
  if (fromSign !== undefined && fromMoney !== undefined && toMoney !== undefined) {
    return `${amount(fromMoney)} to ${moneyWords(fromSign, toMoney, undefined)}`;
  }
  if (sign !== undefined && money !== undefined) {
    const magnitude = found.long?.toLowerCase() ?? magnitudes[found.short?.toLowerCase() ?? ''];
    return (found.minus === undefined ? '' : 'minus ') + moneyWords(sign, money, magnitude);
  }
  if (dial !== undefined) return dialledWords(dial);
  if (clockFrom !== undefined && clockTo !== undefined) return `${timeWords(clockFrom, true)} to ${timeWords(clockTo, true)}`;
  if (found.clock !== undefined) return timeWords(found.clock, found.half !== undefined);
  if (hour !== undefined) return cardinalWords(hour);
  if (ratioFrom !== undefined && ratioTo !== undefined) return `${amount(ratioFrom)} to ${amount(ratioTo)}`;
  if (decade !== undefined) return pluralWords(decade.length === 2 ? cardinalWords(decade) : yearWords(decade));
  if (ordinal !== undefined) return ordinal.includes('.') ? whole : ordinalWords(ordinal.replaceAll(',', ''));
  if (from !== undefined && to !== undefined) {
    return `${amount(from)} to ${amount(to)}${found.ofHundred === undefined ? '' : ' percent'}`;
  }
  if (hash !== undefined) return `number ${amount(hash)}`;
  if (plain === undefined) return whole;
  const words = found.percent === undefined ? amount(plain) : `${cardinalOrDecimal(plain)} percent`;
  return (found.below === undefined ? '' : 'minus ') + words;
}

/** A number as it stands: a year, an amount with commas, a decimal. */
function amount(text: string): string {
  return /^(?:1[5-9]|20)\d\d$/u.test(text) ? yearWords(text) : cardinalOrDecimal(text);
}

function cardinalOrDecimal(text: string): string {
  const [whole = '', decimals] = text.replaceAll(',', '').split('.');
  const words = /^0\d/u.test(whole) ? digitWords(whole) : cardinalWords(whole === '' ? '0' : whole);
  return decimals === undefined ? words : `${words} point ${digitWords(decimals)}`;
}

function moneyWords(sign: string, text: string, magnitude: string | undefined): string {
  const [one, many, smallOne, smallMany] = currencies[sign] ?? ['', '', '', ''];
  if (magnitude !== undefined) return `${cardinalOrDecimal(text)} ${magnitude} ${many}`;
  const [whole = '', decimals = ''] = text.replaceAll(',', '').split('.');
  if (decimals.length > 2) return `${cardinalOrDecimal(text)} ${many}`;
  const small = Number(decimals.padEnd(2, '0'));
  const smallWords = `${cardinalWords(String(small))} ${small === 1 ? smallOne : smallMany}`;
  if (Number(whole) === 0 && small > 0) return smallWords;
  const words = `${cardinalWords(whole)} ${Number(whole) === 1 ? one : many}`;
  return small === 0 ? words : `${words} and ${smallWords}`;
}

/** `bare`: without "o'clock", because "am" or another time follows. */
function timeWords(text: string, bare: boolean): string {
  const [hours = '', minutes = ''] = text.split(':');
  const hour = cardinalWords(hours);
  if (minutes === '00') {
    if (Number(hours) > 12 || Number(hours) === 0) return `${hour} hundred`;
    return bare ? hour : `${hour} o'clock`;
  }
  return minutes.startsWith('0') ? `${hour} oh ${cardinalWords(minutes)}` : `${hour} ${cardinalWords(minutes)}`;
}

function dialledWords(text: string): string {
  const groups = text.match(/\d+/gu) ?? [];
  return (text.startsWith('+') ? 'plus ' : '') + groups.map(digitWords).join(', ');
}
