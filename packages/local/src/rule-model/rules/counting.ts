import { numberWords, spokenNumbers } from '../number-words.js';
import type { Rule, RuleInput } from '../rule.js';
import { capitalised } from '../sentence.js';
import { type Utterance, utterance } from '../utterance.js';

interface Count {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

const mostNumbers = 500;
const inOneSentence = 5;
const steps: Readonly<Record<string, number>> = { twos: 2, threes: 3, fives: 5, tens: 10, hundreds: 100 };

function counted(said: Utterance): Count | undefined {
  if (!/\bcount(?:ing|down)?\b/.test(said.plain) || /\b(?:account|who counts|on me)\b/.test(said.plain)) return undefined;
  const numbers = spokenNumbers(said.words).filter((one) => Number.isInteger(one.value));
  const after = (word: string) => numbers.find((one) => said.words[one.from - 1]?.word === word)?.value;
  const by = after('by') ?? steps[/\bby (\w+)\b/.exec(said.plain)?.[1] ?? ''];
  const step = Math.abs(by ?? 1) || 1;
  const down = /\b(?:down|backwards?|countdown)\b/.test(said.plain);
  const only = numbers.find((one) => said.words[one.from - 1]?.word !== 'by')?.value;
  const from = after('from') ?? (down ? (only ?? 10) : by === undefined ? 1 : step);
  const end = after('to') ?? after('till') ?? after('until') ?? after('through');
  const to = end ?? (down ? 1 : after('from') === undefined ? (only ?? 10) : from + 10 * step);
  return { from, to, step };
}

function spokenCount({ from, to, step }: Count, start = from): string {
  const sign = to < from ? -1 : 1;
  const all = Math.floor(Math.abs(to - start) / step) + 1;
  const words = Array.from({ length: Math.min(all, mostNumbers) }, (_, index) => numberWords(start + sign * step * index));
  const lines: string[] = [];
  // Short sentences: the voice can begin after the first five.
  for (let at = 0; at < words.length; at += inOneSentence)
    lines.push(`${capitalised(words.slice(at, at + inOneSentence).join(', '))}.`);
  if (all > mostNumbers) lines.push('I will stop here, that is a lot of numbers. Say “go on”, and I will.');
  return lines.join(' ');
}

/** Where a count was cut off, and what of it is left. */
function interrupted(input: RuleInput): string | undefined {
  const { turns } = input.conversation;
  const asked = turns.slice(0, -1).findLastIndex((turn) => counted(turn.said) !== undefined);
  const count = asked < 0 ? undefined : counted(turns[asked]?.said ?? utterance(''));
  if (count === undefined) return undefined;
  const heard = turns
    .slice(asked)
    .flatMap((turn) => spokenNumbers(utterance(turn.reply).words))
    .at(-1)?.value;
  const sign = count.to < count.from ? -1 : 1;
  const next = heard === undefined ? count.from : heard + sign * count.step;
  if ((count.to - next) * sign < 0) return 'I have counted to the end.';
  return spokenCount(count, next);
}

/** Counts up or down, in steps if asked. */
export const countingRule: Rule = {
  name: 'counting',
  answer(input) {
    const count = counted(input.said);
    if (count !== undefined) return spokenCount(count);
    const lastAsked = input.conversation.turns.at(-2);
    const goOn = /^(?:go on|carry on|continue|keep (?:going|counting)|resume|and then|more)\b/.test(input.said.ask);
    return goOn && lastAsked !== undefined && /^\W*(?:\w+[-\w ]*, )/.test(lastAsked.reply) ? interrupted(input) : undefined;
  },
};
