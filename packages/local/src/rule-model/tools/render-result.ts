import { capitalised, listed, sentence, sentencesOf } from '../sentence.js';
import { wordsOfName } from './name-words.js';
import { isRecord } from './schema.js';

/** A result, and the call that it answers. */
export interface ToolAnswer {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly content: string;
}

const mostFields = 6;
const mostItems = 5;
const longestText = 400;
const placeName = /^(?:location|city|place|town|destination|where|country)$/i;

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

/** Text as a voice can say it: without markup, and not without end. */
function speakable(text: string): string {
  const plain = text
    .replace(/```[\s\S]*?```/g, ' ')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/https?:\/\/\S+/g, 'a link')
    .replace(/[*_#`>|~<{}[\]]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (plain.length <= longestText) return plain;
  let short = '';
  for (const one of sentencesOf(plain)) {
    if (short.length + one.length > longestText) break;
    short = `${short} ${one}`.trim();
  }
  return short === '' ? `${plain.slice(0, longestText).replace(/\s\S*$/, '')} and so on` : short;
}

const humanName = (key: string): string => wordsOfName(key).join(' ') || key;

function valueText(value: unknown, depth = 0): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number')
    return new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2, useGrouping: Math.abs(value) >= 10_000 }).format(value);
  if (typeof value === 'string')
    return speakable(
      value
        .replace(/(\d) ?°C\b/g, '$1 degrees Celsius')
        .replace(/(\d) ?°F\b/g, '$1 degrees Fahrenheit')
        .replace(/(\d) ?°/g, '$1 degrees'),
    );
  if (depth > 3) return 'more';
  if (Array.isArray(value)) {
    if (value.length === 0) return 'nothing';
    const some = value.slice(0, mostItems).map((one) => valueText(one, depth + 1));
    return value.length > mostItems ? `${some.join(', ')} and ${value.length - mostItems} more` : listed(some);
  }
  return isRecord(value) ? fieldsText(value, depth + 1) : 'something';
}

function fieldsText(fields: Readonly<Record<string, unknown>>, depth = 0): string {
  const told = Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .slice(0, mostFields)
    .map(([key, value]) =>
      `${humanName(key)} ${Array.isArray(value) || isRecord(value) ? ': ' : 'is '}${valueText(value, depth)}`.replace(
        ' : ',
        ': ',
      ),
    );
  return listed(told);
}

function placeOf(fields: Readonly<Record<string, unknown>>, args: Readonly<Record<string, unknown>>): string | undefined {
  for (const source of [fields, args]) {
    const place = Object.entries(source).find(
      ([key, value]) => placeName.test(key) && typeof value === 'string' && value !== '',
    )?.[1];
    if (typeof place === 'string') return speakable(place);
  }
  return undefined;
}

function own(fields: Readonly<Record<string, unknown>>, keys: readonly string[]): string | number | undefined {
  return keys.map((key) => fields[key]).find((value) => typeof value === 'string' || typeof value === 'number');
}

function weatherText(fields: Readonly<Record<string, unknown>>, args: Readonly<Record<string, unknown>>): string | undefined {
  const degrees = own(fields, [
    'temperature',
    'temp',
    'temperature_c',
    'temperature_celsius',
    'temperature_f',
    'temperatureC',
    'temperatureF',
  ]);
  const sky = own(fields, ['conditions', 'condition', 'weather', 'sky', 'description', 'forecast', 'summary']);
  if (degrees === undefined || typeof sky === 'number') return undefined;
  const unitWord = String(own(fields, ['unit', 'units']) ?? own(args, ['unit', 'units']) ?? '').toLowerCase();
  const unit = /^(?:c|°c|celsius|metric)$/.test(unitWord)
    ? ' Celsius'
    : /^(?:f|°f|fahrenheit|imperial)$/.test(unitWord)
      ? ' Fahrenheit'
      : '';
  const warm =
    typeof degrees === 'number' || /^-?[\d.]+$/.test(degrees)
      ? `${valueText(degrees).replace(/^-/, 'minus ')} degrees${unit}`
      : valueText(degrees);
  const place = placeOf(fields, args);
  const rest = Object.entries(fields).filter(
    ([key, value]) => value !== degrees && value !== sky && !/^units?$/.test(key) && !placeName.test(key),
  );
  const more = rest.length === 0 ? '' : ` ${sentence(fieldsText(Object.fromEntries(rest)))}`;
  const said = sky === undefined ? warm : `${speakable(sky).toLowerCase()} and ${warm}`;
  return `${place === undefined ? 'It is' : `In ${place} it is`} ${said}.${more}`;
}

function trouble(value: unknown, content: string): string | undefined {
  if (isRecord(value)) {
    const status = typeof value.status === 'string' ? value.status.toLowerCase() : '';
    if (/^timed?[-_ ]?out$|^timeout$/.test(status)) return 'it took too long';
    if (/^cancell?ed$/.test(status) && 'reason' in value) return 'it was cancelled';
    const error =
      value.error ??
      (/^(?:error|failed|failure)$/.test(status) || value.success === false || value.ok === false
        ? (value.message ?? true)
        : undefined);
    if (error === undefined || error === null || error === false) return undefined;
    const message = isRecord(error) ? error.message : error;
    const text = typeof message === 'string' ? speakable(message) : '';
    return /time[d-]?\s?out/i.test(text) ? 'it took too long' : text;
  }
  if (typeof value !== 'string') return undefined;
  if (/^\s*(?:\w*error|exception|failed|failure)\b/i.test(content))
    return speakable(value.replace(/^\s*\w*(?:error|exception|failed|failure)\b[:\s]*/i, ''));
  return /^\s*(?:the (?:tool|call) )?(?:has )?timed out\b/i.test(content) ? 'it took too long' : undefined;
}

/** Says the result of a tool in a sentence or two. */
export function renderResult({ name, args, content }: ToolAnswer): string {
  let value = parsed(content);
  const wrong = trouble(value, content);
  if (wrong !== undefined) {
    const why = wrong === '' ? '' : ` The reason is: ${wrong.replace(/[.!?]+$/, '')}.`;
    return `I am sorry, that did not work.${why}`;
  }
  if (isRecord(value) && value.status === 'result' && 'value' in value) value = value.value;
  if (value === null || value === '' || value === true) return 'Done.';
  if (value === false) return 'The answer is no.';
  if (typeof value === 'number') return `The answer is ${valueText(value)}.`;
  if (typeof value === 'string') return sentence(valueText(value)) || 'Done.';
  if (Array.isArray(value)) return value.length === 0 ? 'I found nothing.' : sentence(`I found ${valueText(value)}`);
  if (!isRecord(value)) return 'Done.';
  const fields = Object.fromEntries(
    Object.entries(value).filter(([key, one]) => !(/^(?:ok|success)$/.test(key) && one === true)),
  );
  if (Object.keys(fields).length === 0) return 'Done.';
  for (const key of ['message', 'answer', 'text', 'result']) {
    const text = fields[key];
    if (typeof text === 'string' && text.trim() !== '') return sentence(valueText(text)) || 'Done.';
  }
  const weather = weatherText(fields, args);
  if (weather !== undefined) return weather;
  const place = placeOf({}, args);
  const told = fieldsText(fields);
  if (told === '') return 'Done.';
  if (place === undefined || Object.keys(fields).some((key) => placeName.test(key)))
    return sentence(`${/^\w+ is /.test(told) ? 'The ' : ''}${told}`) || `I have the result of ${humanName(name)}.`;
  return sentence(`In ${capitalised(place)} the ${told}`);
}
