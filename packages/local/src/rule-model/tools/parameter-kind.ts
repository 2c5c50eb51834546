import { wordsOfName } from './name-words.js';
import { type Schema, typeOf } from './schema.js';

/** What a text parameter is about, as far as it decides where in a sentence its value stands. */
export type ParameterKind =
  | 'origin'
  | 'destination'
  | 'place'
  | 'person'
  | 'date'
  | 'time'
  | 'when'
  | 'email'
  | 'phone'
  | 'url'
  | 'goods'
  | 'sum'
  | 'text'
  | 'language'
  | 'other';

const byName: readonly (readonly [ParameterKind, RegExp])[] = [
  ['email', /\be ?mail\b/],
  ['phone', /\b(?:phone|telephone|mobile)\b/],
  ['url', /\b(?:url|uri|link|website)\b/],
  ['language', /\blanguage\b/],
  ['origin', /\b(?:from|origin|departure|source|start) ?(?:city|place|location|airport|station)?\b/],
  ['destination', /\b(?:destination|arrival)\b/],
  ['when', /\b(?:when|datetime|date time)\b/],
  ['date', /\b(?:date|day)\b/],
  ['time', /\btime\b/],
  ['place', /\b(?:location|city|town|place|country|region|area|address|where|room|station|state|timezone|zone)\b/],
  ['person', /\b(?:person|contact|recipient|customer|guest|who|callee|caller|first name|last name|full name|attendee|to)\b/],
  ['goods', /\b(?:item|product|thing|food|dish|goods|drink|article|fruit)s?\b/],
  ['sum', /\b(?:expression|formula|equation|calculation)\b/],
  [
    'text',
    /\b(?:query|text|message|question|search|topic|subject|content|body|note|reason|task|prompt|keywords?|title|term|phrase|description|request|song|symptoms?|q|summary|input|comment)\b/,
  ],
  ['person', /^name$/],
];
const byDescription: readonly (readonly [ParameterKind, RegExp])[] = [
  ['email', /\bemail address\b/],
  ['phone', /\bphone number\b/],
  ['place', /\b(?:city|town|location|place|country|address)\b/],
  ['date', /\b(?:date|day)\b/],
  ['time', /\btime of day\b|\bthe time\b/],
  ['person', /\b(?:person|name of the (?:customer|guest|user|caller)|contact)\b/],
  ['goods', /\b(?:item|product)\b/],
  ['text', /\b(?:query|text|message|question|topic|free form)\b/],
];
const byFormat: Readonly<Record<string, ParameterKind>> = {
  date: 'date',
  time: 'time',
  'date-time': 'when',
  email: 'email',
  uri: 'url',
  url: 'url',
};

/** Tells what a text parameter is about, by its format, its name, then its description. */
export function parameterKind(name: string, schema: Schema): ParameterKind {
  if (typeOf(schema) !== 'string') return 'other';
  const format =
    typeof schema.format === 'string' && Object.hasOwn(byFormat, schema.format) ? byFormat[schema.format] : undefined;
  if (format !== undefined) return format;
  const words = wordsOfName(name).join(' ');
  const description = typeof schema.description === 'string' ? schema.description.toLowerCase() : '';
  return (
    byName.find(([, pattern]) => pattern.test(words))?.[0] ??
    byDescription.find(([, pattern]) => pattern.test(description))?.[0] ??
    'other'
  );
}
