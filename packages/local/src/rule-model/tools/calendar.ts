import { spokenNumbers } from '../number-words.js';
import type { WallTime } from '../rule.js';
import { utterance } from '../utterance.js';

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const dayMs = 86_400_000;

/** The date of a phrase such as “next friday” as `2026-05-01`; `undefined` when it takes a calendar and there is none. */
export function isoDate(
  phrase: string,
  wallClock: (() => WallTime) | undefined,
  timeZone: string | undefined,
): string | undefined {
  const written = /\b(\d{4})[- ](\d{2})[- ](\d{2})\b/.exec(phrase);
  if (written !== null) return `${written[1]}-${written[2]}-${written[3]}`;
  if (wallClock === undefined) return undefined;
  const now = wallClock().getTime();
  const zone = timeZone === undefined ? {} : { timeZone };
  const on = (days: number) =>
    new Intl.DateTimeFormat('en-CA', { ...zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now + days * dayMs);
  if (/\bday after tomorrow\b/.test(phrase)) return on(2);
  if (/\btomorrow\b/.test(phrase)) return on(1);
  if (/\b(?:today|tonight)\b/.test(phrase)) return on(0);
  const wanted = weekdays.findIndex((day) => phrase.includes(day));
  if (wanted >= 0) {
    const today = weekdays.indexOf(new Intl.DateTimeFormat('en-GB', { ...zone, weekday: 'long' }).format(now).toLowerCase());
    return on((wanted - today + 7) % 7 || 7);
  }
  return undefined;
}

/** The time of a phrase such as “at half past three in the afternoon” as `15:30`. */
export function isoTime(phrase: string): string | undefined {
  if (/\bnoon\b/.test(phrase)) return '12:00';
  if (/\bmidnight\b/.test(phrase)) return '00:00';
  const written = /\b(\d{1,2}):(\d{2})\b/.exec(phrase);
  const numbers = spokenNumbers(utterance(phrase).words).map((one) => one.value);
  let hour = written === null ? numbers[0] : Number(written[1]);
  if (hour === undefined || hour > 23) return undefined;
  let minute = written === null ? (numbers[1] ?? 0) : Number(written[2]);
  if (/\bhalf past\b/.test(phrase)) minute = 30;
  if (/\bquarter past\b/.test(phrase)) minute = 15;
  if (/\bquarter to\b/.test(phrase)) {
    hour -= 1;
    minute = 45;
  }
  if (/\b(?:pm|p m|afternoon|evening|tonight)\b/.test(phrase) && hour < 12) hour += 12;
  if (/\b(?:am|a m)\b/.test(phrase) && hour === 12) hour = 0;
  const two = (value: number) => String((value + 24) % 24).padStart(2, '0');
  return `${two(hour)}:${String(minute % 60).padStart(2, '0')}`;
}
