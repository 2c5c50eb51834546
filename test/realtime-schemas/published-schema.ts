import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

type Schema = Readonly<Record<string, unknown>>;
interface Document {
  readonly 'x-events': Readonly<Record<string, string>>;
  readonly 'x-oct2024'?: readonly string[];
  readonly $defs: Readonly<Record<string, Schema>>;
}
export type Side = 'client' | 'server';
export type Family = 'beta' | 'ga';

const read = (name: string): Document =>
  JSON.parse(readFileSync(new URL(`published/${name}.json`, import.meta.url), 'utf8')) as Document;
const documents = {
  'client-beta': read('client-beta'),
  'server-beta': read('server-beta'),
  'client-ga': read('client-ga'),
  'server-ga': read('server-ga'),
};

/** The types of events that were published. */
export const publishedTypes = (side: Side, family: Family): string[] => Object.keys(documents[`${side}-${family}`]['x-events']);
/** Those of October 2024. */
export const octoberTypes = (side: Side): readonly string[] => documents[`${side}-beta`]['x-oct2024'] ?? [];

/**
 * What a published schema has against an event, one sentence a complaint. `closed`: a member that it does not name is one.
 */
export function complaints(event: unknown, side: Side, family: Family, { closed = false } = {}): string[] {
  const document = documents[`${side}-${family}`];
  const type = isObject(event) ? String(event.type) : '';
  const name = document['x-events'][type];
  const schema = name === undefined ? undefined : document.$defs[name];
  if (schema === undefined) return [`${family} has no ${side} event ${type}`];
  return check(schema, event, type, { document, closed });
}

interface Context {
  readonly document: Document;
  readonly closed: boolean;
}

const known = new Set([
  ...['type', 'const', 'enum', 'properties', 'required', 'additionalProperties', 'items', 'anyOf', '$ref', 'default'],
  ...['minimum', 'maximum', 'maxLength', 'minItems', 'pattern'],
]);

function check(schema: Schema, value: unknown, at: string, context: Context): string[] {
  const found: string[] = [];
  for (const keyword of Object.keys(schema)) if (!known.has(keyword)) found.push(`${at}: this check does not know ${keyword}`);
  if (typeof schema.$ref === 'string') {
    const target = context.document.$defs[schema.$ref.replace('#/$defs/', '')];
    return target === undefined ? [`${at}: ${schema.$ref} is missing`] : check(target, value, at, context);
  }
  if (Array.isArray(schema.anyOf)) {
    const tries = (schema.anyOf as Schema[]).map((branch) => check(branch, value, at, context));
    if (!tries.some((each) => each.length === 0)) {
      found.push(...(tries.sort((a, b) => a.length - b.length)[0] ?? []));
    }
  }
  if ('const' in schema && value !== schema.const) found.push(`${at}: is not ${String(schema.const)}`);
  if (Array.isArray(schema.enum) && !schema.enum.some((word) => isDeepStrictEqual(word, value))) {
    found.push(`${at}: ${JSON.stringify(value)} is none of ${JSON.stringify(schema.enum)}`);
  }
  const types = schema.type === undefined ? [] : Array.isArray(schema.type) ? schema.type : [schema.type];
  if (types.length > 0 && !types.some((type) => isOf(String(type), value))) found.push(`${at}: is not ${types.join(' or ')}`);
  if (typeof value === 'number') {
    if (typeof schema.minimum === 'number' && value < schema.minimum) found.push(`${at}: below ${schema.minimum}`);
    if (typeof schema.maximum === 'number' && value > schema.maximum) found.push(`${at}: above ${schema.maximum}`);
  }
  if (typeof value === 'string') {
    if (typeof schema.maxLength === 'number' && value.length > schema.maxLength) found.push(`${at}: too long`);
    if (typeof schema.pattern === 'string' && !new RegExp(schema.pattern).test(value)) found.push(`${at}: has another pattern`);
  }
  if (Array.isArray(value)) {
    if (typeof schema.minItems === 'number' && value.length < schema.minItems) found.push(`${at}: too few`);
    const items = schema.items;
    if (isObject(items)) found.push(...value.flatMap((member, index) => check(items, member, `${at}[${index}]`, context)));
  }
  if (isObject(value)) found.push(...checkMembers(schema, value, at, context));
  return found;
}

function checkMembers(schema: Schema, value: Schema, at: string, context: Context): string[] {
  const found: string[] = [];
  const required = (schema.required ?? []) as readonly string[];
  for (const member of required) if (value[member] === undefined) found.push(`${at}: lacks ${member}`);
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
  for (const [member, inner] of Object.entries(value)) {
    const own = properties[member];
    if (own !== undefined) {
      if (inner === null && !required.includes(member) && own.const === undefined) continue;
      found.push(...check(own, inner, `${at}.${member}`, context));
    } else if (isObject(schema.additionalProperties)) {
      found.push(...check(schema.additionalProperties, inner, `${at}.${member}`, context));
    } else if (schema.additionalProperties === false || (context.closed && schema.properties !== undefined && !schema.anyOf)) {
      found.push(`${at}: has ${member}`);
    }
  }
  return found;
}

const isObject = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
