import type { Rule, RuleInput } from '../rule.js';
import { titleCase } from '../sentence.js';

const askedTime =
  /\bwhat(?: is the)? time(?: is it| it is|$| in\b| now| right now)|\bwhat is the (?:current |local )?time\b|\b(?:tell me|know|have|got) (?:\w+ )?the time\b|\b(?:current|local) time\b|^time$|\bhow late is it\b/;
const askedDate =
  /\bwhat(?: is the| is today|s the)?(?: current)? (?:date|day)(?: (?:is it|is today|today|of the week)|$)|\bwhat is today\b|\bwhat is the date\b|\btoday is (?:the )?date\b|\bwhich day is\b|\bwhat (?:year|month) is (?:it|this)\b|\btell me the (?:date|day)\b/;

/** The zone that is named after a city: IANA names end in one, “Asia/Tokyo”. */
function zoneOf(plain: string): { readonly zone: string; readonly place: string } | undefined {
  const place = /\b(?:in|for|at) (?:the )?([\p{L} ]+)$/u.exec(plain)?.[1]?.replace(/ (?:right now|now|please|today)$/, '');
  if (place === undefined) return undefined;
  const ending = `/${place.replaceAll(' ', '_')}`;
  const zone = Intl.supportedValuesOf('timeZone').find((name) => name.toLowerCase().endsWith(ending));
  return zone === undefined ? undefined : { zone, place: titleCase(place) };
}

function told(input: RuleInput, options: Intl.DateTimeFormatOptions, zone: string | undefined): string | undefined {
  if (input.wallClock === undefined) return undefined;
  const timeZone = zone ?? input.timeZone;
  return new Intl.DateTimeFormat('en-GB', { ...options, ...(timeZone === undefined ? {} : { timeZone }) })
    .format(input.wallClock().getTime())
    .replace(',', '');
}

const partOfDay = (hour: number): string => (hour < 12 ? 'in the morning' : hour < 18 ? 'in the afternoon' : 'in the evening');

function clockWords(time: string): string {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const hour = hours % 12 === 0 ? 12 : hours % 12;
  return `${hour}${minutes === 0 ? " o'clock" : `:${String(minutes).padStart(2, '0')}`} ${partOfDay(hours)}`;
}

/** Tells the time, here or in a city after which a time zone is named. */
export const timeRule: Rule = {
  name: 'time',
  aside: true,
  answer(input) {
    if (!askedTime.test(input.said.ask)) return undefined;
    const there = zoneOf(input.said.plain);
    const time = told(input, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, there?.zone);
    if (time === undefined) return 'I am sorry, I have no clock here, so I cannot tell the time.';
    return there === undefined ? `It is ${clockWords(time)}.` : `In ${there.place} it is ${clockWords(time)}.`;
  },
};

/** Tells the date. */
export const dateRule: Rule = {
  name: 'date',
  aside: true,
  answer(input) {
    if (!askedDate.test(input.said.ask)) return undefined;
    const date = told(input, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }, zoneOf(input.said.plain)?.zone);
    return date === undefined ? 'I am sorry, I have no calendar here, so I cannot tell the date.' : `Today is ${date}.`;
  },
};
