/** A JSON Schema, as far as tools use it. */
export type Schema = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

const mostSteps = 8;

function pointed(root: Schema, pointer: string): Schema | undefined {
  if (!pointer.startsWith('#')) return undefined;
  let at: unknown = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    at = isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return isRecord(at) ? at : undefined;
}

/** Follows references and takes the first branch that is not `null`, so that what is left has a type of its own. */
export function resolved(schema: unknown, root: Schema, steps = mostSteps): Schema {
  if (!isRecord(schema) || steps === 0) return {};
  if (typeof schema.$ref === 'string') return resolved(pointed(root, schema.$ref), root, steps - 1);
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const branches = schema[key];
    if (!Array.isArray(branches)) continue;
    const branch = branches.find((one) => isRecord(one) && one.type !== 'null');
    const { [key]: _, ...own } = schema;
    return { ...resolved(branch, root, steps - 1), ...own };
  }
  return schema;
}

/** The one type of a resolved schema; guessed from its other keywords when it names none. */
export function typeOf(schema: Schema): string {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return String(type.find((one) => one !== 'null') ?? 'string');
  if (isRecord(schema.properties)) return 'object';
  if (schema.items !== undefined) return 'array';
  const sample = 'const' in schema ? schema.const : Array.isArray(schema.enum) ? schema.enum[0] : undefined;
  return typeof sample === 'number' ? 'number' : typeof sample === 'boolean' ? 'boolean' : 'string';
}

const bound = (schema: Schema, key: string): number | undefined => (typeof schema[key] === 'number' ? schema[key] : undefined);

function within(value: number, schema: Schema, least: string, most: string): boolean {
  return (
    value >= (bound(schema, least) ?? Number.NEGATIVE_INFINITY) && value <= (bound(schema, most) ?? Number.POSITIVE_INFINITY)
  );
}

function matches(text: string, pattern: unknown): boolean {
  if (typeof pattern !== 'string') return true;
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    // A pattern that is none forbids nothing.
    return true;
  }
}

const formats: Readonly<Record<string, RegExp>> = {
  date: /^\d{4}-\d{2}-\d{2}$/,
  time: /^\d{2}:\d{2}(?::\d{2})?/,
  'date-time': /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}/,
  email: /^\S+@\S+\.\S+$/,
  uri: /^[a-z][a-z\d+.-]*:\S+$/i,
  url: /^[a-z][a-z\d+.-]*:\S+$/i,
  uuid: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i,
};

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    case 'null':
      return value === null;
    default:
      return true;
  }
}

/** Whether a value is one that the schema allows; only such values are put into a call. */
export function accepts(value: unknown, given: unknown, root: Schema): boolean {
  const schema = resolved(given, root);
  if ('const' in schema && schema.const !== value) return false;
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return false;
  if (!isOfType(value, typeOf(schema))) return false;
  if (typeof value === 'number') {
    const exclusive =
      value > (bound(schema, 'exclusiveMinimum') ?? Number.NEGATIVE_INFINITY) &&
      value < (bound(schema, 'exclusiveMaximum') ?? Number.POSITIVE_INFINITY);
    const step = bound(schema, 'multipleOf');
    return exclusive && within(value, schema, 'minimum', 'maximum') && (step === undefined || Number.isInteger(value / step));
  }
  if (typeof value === 'string') {
    const format =
      typeof schema.format === 'string' && Object.hasOwn(formats, schema.format) ? formats[schema.format] : undefined;
    return (
      within(value.length, schema, 'minLength', 'maxLength') && matches(value, schema.pattern) && (format?.test(value) ?? true)
    );
  }
  if (Array.isArray(value)) {
    return (
      within(value.length, schema, 'minItems', 'maxItems') &&
      value.every((one) => schema.items === undefined || accepts(one, schema.items, root))
    );
  }
  if (isRecord(value)) {
    const properties = isRecord(schema.properties) ? schema.properties : {};
    const required = Array.isArray(schema.required) ? schema.required : [];
    return (
      required.every((key) => Object.hasOwn(value, String(key))) &&
      Object.entries(value).every(([key, one]) => accepts(one, properties[key] ?? {}, root))
    );
  }
  return true;
}
