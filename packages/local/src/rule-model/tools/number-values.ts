import { type SpokenNumber, spokenNumbers } from '../number-words.js';
import type { Utterance } from '../utterance.js';
import { whenPhrase } from '../when.js';
import type { Evidence } from './evidence.js';
import { wordsOfName } from './name-words.js';
import { isContent, stem } from './words.js';

const seconds: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 };

/** Numbers that only say when, such as the seven of “at seven”. */
function inWhen(said: Utterance, number: SpokenNumber): boolean {
  const when = whenPhrase(said.plain);
  if (when === undefined) return false;
  const firstWord = said.plain.slice(0, when.from).split(' ').length - 1;
  return number.from >= firstWord && number.from < firstWord + when.text.split(' ').length;
}

function unitFactor(said: Utterance, number: SpokenNumber, name: string): number {
  const unit = stem(said.words[number.to]?.word ?? '');
  const wanted = wordsOfName(name)
    .map(stem)
    .find((word) => seconds[word] !== undefined);
  const from = seconds[unit];
  const to = wanted === undefined ? undefined : seconds[wanted];
  return from === undefined || to === undefined ? 1 : from / to;
}

/** The numbers that a parameter may have, the likeliest first: one beside the parameter's own words, then in their order. */
export function numberValues(name: string, evidence: Evidence): number[] {
  const { said } = evidence;
  const own = new Set(wordsOfName(name).filter(isContent).map(stem));
  const numbers = spokenNumbers(said.words).filter((one) => !evidence.takenNumbers.has(one.from));
  const rank = (one: SpokenNumber): number => {
    const around = [one.from - 1, one.from - 2, one.to, one.to + 1].map((index) => stem(said.words[index]?.word ?? ''));
    const isPeople =
      /people|guest|party|person|seat|size/i.test(name) && /^(?:people|person|guest)$/.test(stem(said.words[one.to]?.word ?? ''));
    return (isPeople || around.some((word) => own.has(word)) ? 0 : 1) + (inWhen(said, one) ? 2 : 0);
  };
  return numbers
    .map((one) => ({ one, rank: rank(one) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one.value * unitFactor(said, one, name));
}

/** Marks the number as taken, so that the next parameter gets another. */
export function takeNumber(value: unknown, name: string, evidence: Evidence): void {
  const number = spokenNumbers(evidence.said.words).find(
    (one) => !evidence.takenNumbers.has(one.from) && one.value * unitFactor(evidence.said, one, name) === value,
  );
  if (number !== undefined) evidence.takenNumbers.add(number.from);
}
