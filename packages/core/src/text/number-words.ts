const small = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen ' +
  'seventeen eighteen nineteen'
).split(' ');
const tens = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const scales = ['', ' thousand', ' million', ' billion', ' trillion'];

const irregularOrdinals: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

/** Digits one by one: "two oh four" is for people, this says "two zero four". */
export function digitWords(digits: string): string {
  return [...digits].map((digit) => small[Number(digit)] ?? digit).join(' ');
}

/** A whole number in words, from its decimal digits; beyond 999 trillion digit by digit. */
export function cardinalWords(digits: string): string {
  const plain = digits.replace(/^0+(?=\d)/u, '');
  if (plain.length > 15) return digitWords(plain);
  if (plain === '0') return 'zero';
  const parts: string[] = [];
  for (let end = plain.length, scale = 0; end > 0; end -= 3, scale++) {
    const group = Number(plain.slice(Math.max(0, end - 3), end));
    if (group > 0) parts.unshift(belowThousand(group) + (scales[scale] ?? ''));
  }
  return parts.join(' ');
}

/** The same as an ordinal: "twenty-first". */
export function ordinalWords(digits: string): string {
  const words = cardinalWords(digits);
  const last = /[a-z]+$/u.exec(words)?.[0] ?? '';
  const ordinal = irregularOrdinals[last] ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`);
  return words.slice(0, words.length - last.length) + ordinal;
}

/** A year of four digits as it is read aloud: "nineteen eighty-four", "two thousand five", "twenty twenty-four". */
export function yearWords(digits: string): string {
  const [century, rest] = [digits.slice(0, 2), digits.slice(2)];
  if (rest === '00') return digits[1] === '0' ? cardinalWords(digits) : `${cardinalWords(century)} hundred`;
  if (rest.startsWith('0')) {
    return digits.startsWith('20') ? cardinalWords(digits) : `${cardinalWords(century)} oh ${cardinalWords(rest)}`;
  }
  return `${cardinalWords(century)} ${cardinalWords(rest)}`;
}

/** The plural of a spelt number: "nineties". */
export function pluralWords(words: string): string {
  if (words.endsWith('y')) return `${words.slice(0, -1)}ies`;
  return words.endsWith('six') ? `${words}es` : `${words}s`;
}

function belowThousand(value: number): string {
  const hundreds = Math.floor(value / 100);
  const rest = value % 100;
  const head = hundreds > 0 ? `${small[hundreds]} hundred` : '';
  if (rest === 0) return head;
  const unit = rest % 10;
  const tail = rest < 20 ? small[rest] : `${tens[Math.floor(rest / 10)]}${unit > 0 ? `-${small[unit]}` : ''}`;
  return head === '' ? (tail ?? '') : `${head} ${tail}`;
}
