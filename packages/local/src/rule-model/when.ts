const day =
  '(?:today|tomorrow|tonight|(?:(?:next|this|coming) )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|(?:next|this) (?:week|weekend|month)|the day after tomorrow)';
const month = '(?:january|february|march|april|may|june|july|august|september|october|november|december)';
const date = `(?:(?:the )?\\d{1,2}(?: ?(?:st|nd|rd|th))?(?: of)? ${month}|${month} (?:the )?\\d{1,2}(?: ?(?:st|nd|rd|th))?|\\d{4} \\d{2} \\d{2})`;
const hour = '(?:\\d{1,2}(?::\\d{2})?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)';
const minute = '(?: (?:fifteen|thirty|forty five|oh five|ten|twenty|\\d{2}))?';
const half = "(?: ?(?:o'clock|am|pm|a m|p m))";
const clock = `(?:(?:half past|(?:a )?quarter past|(?:a )?quarter to) ${hour}|(?:at|around|about|by) ${hour}${minute}${half}?|${hour}${minute}${half}|\\d{1,2}:\\d{2}|(?:at )?(?:noon|midnight|lunchtime))`;
const part = '(?:(?:in the |this )?(?:morning|afternoon|evening)|at night)';
const span =
  '(?:in (?:a|an|half an|\\d+|one|two|three|four|five|six|ten|fifteen|twenty|thirty) (?:minutes?|hours?|days?|weeks?|months?))';
const soon = '(?:as soon as possible|right now|right away|straight away|immediately)';
const lead = '(?:(?:on|by|until|around|at) )?';

const anyPart = `(?:${span}|${soon}|${date}|${day}|${clock}|${part})`;
const whenPattern = new RegExp(`\\b${lead}${anyPart}(?: ${lead}${anyPart})*\\b`);
const dayPattern = new RegExp(`\\b(?:${date}|${day}|${span})\\b`);
const timePattern = new RegExp(`\\b(?:${clock}(?: ${part})?|${part}|${span})\\b`);

/** A stretch of `plain` that says when: `from` and `to` are places in it. */
export interface WhenPhrase {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

function first(pattern: RegExp, plain: string): WhenPhrase | undefined {
  const match = pattern.exec(plain);
  return match === null ? undefined : { text: match[0], from: match.index, to: match.index + match[0].length };
}

/** The whole stretch that says when, such as “tomorrow evening at eight”. */
export const whenPhrase = (plain: string): WhenPhrase | undefined => first(whenPattern, plain);

/** Only the day of it: “tomorrow”, “next friday”, “the 3rd of may”. */
export const dayPhrase = (plain: string): WhenPhrase | undefined => first(dayPattern, plain);

/** Only the time of day of it: “at eight”, “half past three”, “in the evening”. */
export const timePhrase = (plain: string): WhenPhrase | undefined => first(timePattern, plain);
