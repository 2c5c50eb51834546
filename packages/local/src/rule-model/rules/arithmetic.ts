import { spokenNumbers } from '../number-words.js';
import type { Rule } from '../rule.js';
import type { Utterance } from '../utterance.js';

type Operator = '+' | '-' | '*' | '/' | '^';
type Piece = number | Operator;

const operators: Readonly<Record<string, Operator>> = {
  plus: '+',
  minus: '-',
  less: '-',
  times: '*',
  multiplied: '*',
  x: '*',
  divided: '/',
  over: '/',
  power: '^',
};
const signs: Readonly<Record<string, Operator>> = {
  '+': '+',
  '-': '-',
  '−': '-',
  '*': '*',
  '×': '*',
  '/': '/',
  '÷': '/',
  '^': '^',
};
const skipped = new Set(['by', 'to', 'the', 'of', 'and']);
const strength: Readonly<Record<Operator, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '^': 3 };

function pieces(said: Utterance): Piece[] {
  const numbers = spokenNumbers(said.words);
  const found: Piece[] = [];
  for (let at = 0; at < said.words.length; ) {
    const number = numbers.find((one) => one.from === at);
    const before = said.words[at - 1];
    const word = said.words[at];
    // Signs are no words: “12 * 7” has one between its words.
    const between = said.text.slice(before?.end ?? 0, word?.start ?? 0).trim();
    const sign = signs[between];
    if (sign !== undefined && typeof found.at(-1) === 'number' && number !== undefined) found.push(sign);
    if (number !== undefined) found.push(number.value);
    else if (word !== undefined && operators[word.word] !== undefined) found.push(operators[word.word] ?? '+');
    else if (word !== undefined && !skipped.has(word.word) && found.length > 0 && typeof found.at(-1) === 'number') break;
    at = number?.to ?? at + 1;
  }
  if (typeof found.at(-1) !== 'number') found.pop();
  return found;
}

/** The sum in signs, such as “12 * 7”; empty when there is none. */
export function sumText(said: Utterance): string {
  const all = pieces(said);
  return all.length >= 3 ? all.join(' ') : '';
}

function applied(left: number, operator: Operator, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '^':
      return left ** right;
  }
}

function evaluated(all: readonly Piece[]): number | undefined {
  const values: number[] = [];
  const waiting: Operator[] = [];
  const reduce = (): boolean => {
    const operator = waiting.pop();
    const right = values.pop();
    const left = values.pop();
    if (operator === undefined || left === undefined || right === undefined) return false;
    values.push(applied(left, operator, right));
    return true;
  };
  let negative = false;
  for (const [index, piece] of all.entries()) {
    if (typeof piece === 'number') {
      if (typeof all[index - 1] === 'number') return undefined;
      values.push(negative ? -piece : piece);
      negative = false;
    } else if (typeof all[index - 1] !== 'number') {
      if (piece !== '-' || negative) return undefined;
      negative = true;
    } else {
      for (let top = waiting.at(-1); top !== undefined && strength[top] >= strength[piece]; top = waiting.at(-1))
        if (!reduce()) return undefined;
      waiting.push(piece);
    }
  }
  while (waiting.length > 0) if (!reduce()) return undefined;
  return values[0];
}

function special(said: Utterance): number | undefined {
  const [first, second] = spokenNumbers(said.words).map((one) => one.value);
  if (first === undefined) return undefined;
  if (/\bsquare root of\b/.test(said.plain)) return Math.sqrt(first);
  if (/\bhalf of \S/.test(said.plain)) return first / 2;
  if (/\b(?:double|twice)\b/.test(said.plain) && said.words.length <= 7) return first * 2;
  if (/\bsquared\b/.test(said.plain)) return first * first;
  if (second !== undefined && /(?:\bper ?cent of\b|% of\b)/.test(said.text.toLowerCase())) return (first / 100) * second;
  return undefined;
}

function spokenValue(value: number): string {
  const rounded = Number(value.toFixed(4));
  const text = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 4 }).format(rounded).replace(/^-/, 'minus ');
  return Math.abs(rounded - value) > 1e-9 ? `about ${text}` : text;
}

/** Simple arithmetic, spoken or written: “twelve times seven”, “15 percent of 80”. */
export const arithmeticRule: Rule = {
  name: 'arithmetic',
  aside: true,
  answer({ said }) {
    const asksFor = /^(?:what is|how much is|calculate|compute|work out|tell me|and)\b/.test(said.ask);
    const known = asksFor || said.words.length <= 6 ? special(said) : undefined;
    const all = known === undefined ? pieces(said) : [];
    const isSum = all.length >= 3 && all.some((piece) => typeof piece !== 'number');
    const value = known ?? (isSum && (asksFor || said.words.length <= 12) ? evaluated(all) : undefined);
    if (value === undefined) return undefined;
    if (Number.isNaN(value)) return 'There is no such number.';
    if (!Number.isFinite(value)) return 'I cannot divide by zero. Nobody can.';
    return `That is ${spokenValue(value)}.`;
  },
};
