import { lineText, orderLines } from '../forms/order-lines.js';
import { titleCase } from '../sentence.js';
import { utterance } from '../utterance.js';
import type { Evidence } from './evidence.js';
import { wordsOfName } from './name-words.js';
import { numberValues, takeNumber } from './number-values.js';
import { type ParameterKind, parameterKind } from './parameter-kind.js';
import { accepts, isRecord, resolved, type Schema, typeOf } from './schema.js';
import { textValues } from './text-values.js';
import { isContent, stem } from './words.js';

/** A parameter that must be there and is not in the words. */
export interface Missing {
  readonly name: string;
  readonly schema: Schema;
  readonly kind: ParameterKind;
}

/** What the words gave. */
export interface Filled {
  readonly args: Readonly<Record<string, unknown>>;
  readonly missing: readonly Missing[];
  /** A place that was named more than once: each value makes a call of its own. */
  readonly several?: { readonly name: string; readonly values: readonly unknown[] } | undefined;
}

const shortForms: Readonly<Record<string, RegExp>> = {
  celsius: /\b(?:celsius|centigrade|metric)\b/,
  fahrenheit: /\b(?:fahrenheit|imperial)\b/,
  metric: /\bcelsius\b/,
  imperial: /\bfahrenheit\b/,
};
const isOn = /\b(?:on|enable|enabled|open|activate|start|yes|yeah|true|sure|please do|of course)\b/;
const isOff = /\b(?:off|disable|disabled|close|deactivate|stop|no|nope|false|not)\b/;
const deepest = 4;

function enumValues(schema: Schema, evidence: Evidence): unknown[] {
  const values: readonly unknown[] = Array.isArray(schema.enum) ? schema.enum : [];
  const heard = evidence.said.words.map((word) => stem(word.word));
  const numbers = numberValues('', evidence);
  return values.filter((value) => {
    if (typeof value === 'number') return numbers.includes(value);
    if (typeof value !== 'string') return false;
    const short = Object.hasOwn(shortForms, value.toLowerCase()) ? shortForms[value.toLowerCase()] : undefined;
    const words = wordsOfName(value);
    return short?.test(evidence.said.plain) === true || (words.length > 0 && words.every((word) => heard.includes(stem(word))));
  });
}

function booleanValues(name: string, required: boolean, evidence: Evidence): boolean[] {
  const { plain, words } = evidence.said;
  const own = wordsOfName(name).filter(
    (word) => isContent(word) && !/^(?:is|on|state|enabled|power|active|include|with)$/.test(word),
  );
  const at = words.findIndex((word) => own.some((one) => stem(one) === stem(word.word)) && !evidence.hits.has(stem(word.word)));
  if (at >= 0)
    return [
      !/\b(?:no|not|without|off)\b/.test(
        words
          .slice(Math.max(0, at - 3), at)
          .map((word) => word.word)
          .join(' '),
      ),
    ];
  if (!required && !/\b(?:on|off|state|enabled?|power|active|confirm(?:ed)?|open)\b/.test(wordsOfName(name).join(' '))) return [];
  return isOff.test(plain) ? [false] : isOn.test(plain) ? [true] : [];
}

function arrayValues(name: string, schema: Schema, root: Schema, evidence: Evidence, depth: number): unknown[] {
  const items = resolved(schema.items ?? {}, root);
  if (typeOf(items) === 'object') {
    const parts = (orderLines(evidence.said) ?? []).map((line) => utterance(`order ${lineText(line)}`));
    const filled = parts.map((said) =>
      fillObject(items, root, { ...evidence, said, taken: new Set(), takenNumbers: new Set() }, depth + 1),
    );
    return filled.every((one) => one.missing.length === 0) && filled.length > 0 ? [filled.map((one) => one.args)] : [];
  }
  const singular = name.replace(/s$/, '');
  const all = candidates(singular, items, root, true, evidence, depth + 1);
  if (typeOf(items) !== 'string' || Array.isArray(items.enum)) return all.length === 0 ? [] : [all];
  const goods =
    parameterKind(name, items) === 'goods' ? (orderLines(evidence.said) ?? []).flatMap((line) => line.item ?? []) : [];
  const split = (
    goods.length > 0 ? goods : all.length > 1 ? all.map(String) : all.flatMap((text) => String(text).split(/, and |,| and /))
  )
    .map((text) => text.trim())
    .filter((text) => text !== '');
  return split.length === 0 ? [] : [[...new Set(split)]];
}

/** The values that a parameter may have by the words, the likeliest first; not yet held against its schema. */
function candidates(name: string, schema: Schema, root: Schema, required: boolean, evidence: Evidence, depth: number): unknown[] {
  if ('const' in schema) return required ? [schema.const] : [];
  if (Array.isArray(schema.enum)) return enumValues(schema, evidence);
  switch (typeOf(schema)) {
    case 'number':
    case 'integer':
      return required || spokesFor(name, evidence) ? numberValues(name, evidence) : [];
    case 'boolean':
      return booleanValues(name, required, evidence);
    case 'array':
      return depth > deepest ? [] : arrayValues(name, schema, root, evidence, depth);
    case 'object': {
      const filled = depth > deepest ? undefined : fillObject(schema, root, evidence, depth + 1);
      return filled !== undefined && filled.missing.length === 0 && (required || Object.keys(filled.args).length > 0)
        ? [filled.args]
        : [];
    }
    case 'null':
      return required ? [null] : [];
    default:
      return textValues(name, schema, parameterKind(name, schema), required, evidence);
  }
}

/** An optional number is only taken when the words name it, or when it counts things. */
function spokesFor(name: string, evidence: Evidence): boolean {
  const own = wordsOfName(name).filter(isContent).map(stem);
  return (
    evidence.said.words.some((word) => own.includes(stem(word.word))) ||
    /quantity|count|amount|people|guests|party|size|number/i.test(name)
  );
}

const order: readonly string[] = [
  'const',
  'enum',
  'boolean',
  'date',
  'time',
  'when',
  'integer',
  'number',
  'email',
  'phone',
  'url',
  'language',
  'origin',
  'destination',
  'place',
  'person',
  'goods',
  'sum',
  'array',
  'object',
  'other',
  'text',
];

function rank(name: string, schema: Schema): number {
  const type =
    'const' in schema
      ? 'const'
      : Array.isArray(schema.enum)
        ? 'enum'
        : typeOf(schema) === 'string'
          ? parameterKind(name, schema)
          : typeOf(schema);
  const place = order.indexOf(type);
  return place < 0 ? order.length : place;
}

/** Fills an object schema from the words. What is put in is always allowed by the schema. */
export function fillObject(given: Schema, root: Schema, evidence: Evidence, depth = 0): Filled {
  const schema = resolved(given, root);
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const requiredNames = new Set(Array.isArray(schema.required) ? schema.required.map(String) : []);
  const parameters = Object.entries(properties)
    .map(([name, one]) => ({ name, schema: resolved(one, root), required: requiredNames.has(name) }))
    .sort((a, b) => Number(b.required) - Number(a.required) || rank(a.name, a.schema) - rank(b.name, b.schema));
  const dayElsewhere = parameters.some((one) => ['date', 'when'].includes(parameterKind(one.name, one.schema)));
  const known: Evidence = { ...evidence, dayElsewhere };
  const values = new Map<string, unknown>();
  const missing: Missing[] = [];
  let several: Filled['several'];
  for (const parameter of parameters) {
    const { name, required } = parameter;
    const possible = candidates(name, parameter.schema, root, required, known, depth).filter((value) =>
      accepts(value, parameter.schema, root),
    );
    const [value] = possible;
    if (value === undefined) {
      const fallback = parameter.schema.default;
      if (required && fallback !== undefined && accepts(fallback, parameter.schema, root)) values.set(name, fallback);
      else if (required) missing.push({ name, schema: parameter.schema, kind: parameterKind(name, parameter.schema) });
      continue;
    }
    values.set(name, value);
    if (typeof value === 'number') takeNumber(value, name, evidence);
    if (typeof value === 'string') evidence.taken.add(value.toLowerCase());
    const kind = parameterKind(name, parameter.schema);
    const isPlace = typeof value === 'string' && (kind === 'place' || kind === 'other') && !Array.isArray(parameter.schema.enum);
    if (isPlace && kind === 'place' && possible.length > 1) several = { name, values: [...new Set(possible)] };
  }
  for (const name of requiredNames) {
    if (!Object.hasOwn(properties, name)) missing.push({ name, schema: {}, kind: parameterKind(name, {}) });
  }
  // The arguments are written in the order of the schema, whatever the order in which they were found.
  const args = Object.fromEntries(
    Object.keys(properties).flatMap((name) => (values.has(name) ? [[name, values.get(name)] as const] : [])),
  );
  // Questions come in the order of the schema too.
  const places = [...Object.keys(properties), ...requiredNames];
  missing.sort((a, b) => places.indexOf(a.name) - places.indexOf(b.name));
  return { args, missing, several };
}

const leadIn =
  /^(?:(?:um|uh|well|oh|okay|yes|it is|that is|that would be|it should be|i am in|i live in|i would like|i want|i think|let us say|make it|make that|use|take|try|maybe|in|for|to|at|from|on|the|my|please)\s+)+/i;

/** Reads an answer to a question for this one parameter. `bare` allows the answer as a whole to be the value. */
export function answerValue(missing: Missing, root: Schema, evidence: Evidence, bare: boolean): unknown {
  const { name, schema, kind } = missing;
  const possible = candidates(name, schema, root, false, evidence, 0);
  if (
    typeOf(schema) === 'boolean' ||
    typeOf(schema) === 'number' ||
    typeOf(schema) === 'integer' ||
    typeOf(schema) === 'array' ||
    typeOf(schema) === 'object'
  ) {
    possible.push(...(bare || typeOf(schema) === 'boolean' ? candidates(name, schema, root, true, evidence, 0) : []));
  } else if (bare && !Array.isArray(schema.enum)) {
    const text = evidence.said.text
      .replace(leadIn, '')
      .replace(/[\s.,!?]+$/, '')
      .replace(/,? please$/i, '');
    const isName = kind === 'place' || kind === 'person' || kind === 'origin' || kind === 'destination';
    const isMoment = kind === 'date' || kind === 'time' || kind === 'when';
    if (isName) possible.push(titleCase(text));
    else if (isMoment)
      possible.push(...candidates(name, schema, root, true, { ...evidence, said: utterance(`at ${text}`) }, 0), text);
    else possible.push(kind === 'text' ? evidence.said.text : text);
  }
  return possible.find((value) => value !== '' && accepts(value, schema, root));
}
