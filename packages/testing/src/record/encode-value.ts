/** What JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Deeper than any payload should be; what lies below is left out. */
const maxDepth = 48;
/** How many values one frame may be made of. */
const maxValues = 100_000;

interface Work {
  left: number;
  /** The objects that the present one lies in. */
  readonly inside: Set<object>;
}

/**
 * Writes any value as JSON from which `decodeValue` makes it again. What JSON has no word for becomes an object with one key
 * that begins with `$`: PCM as base64 of 16-bit little-endian samples, errors by name, message and category, without their
 * stack. What cannot be written (a function, a cycle, what lies too deep) becomes `{"$omitted": why}`. Never throws.
 */
export function encodeValue(value: unknown): JsonValue {
  return encode(value, { left: maxValues, inside: new Set() });
}

function encode(value: unknown, work: Work): JsonValue {
  if (work.left-- <= 0) return omitted('too large');
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) };
    case 'bigint':
      return { $bigint: String(value) };
    case 'undefined':
      return { $undefined: true };
    case 'object':
      return value === null ? null : encodeObject(value, work);
    default:
      return omitted(typeof value);
  }
}

function encodeObject(value: object, work: Work): JsonValue {
  if (value instanceof Int16Array) return { $pcm: base64(value) };
  if (value instanceof Uint8Array) return { $bytes: base64(value) };
  if (work.inside.has(value)) return omitted('cycle');
  if (work.inside.size >= maxDepth) return omitted('too deep');
  work.inside.add(value);
  try {
    if (value instanceof Error) return { $error: encodeError(value, work) };
    if (value instanceof Date) return { $date: value.toISOString() };
    if (value instanceof Map) return { $map: Array.from(value, (entry) => encode(entry, work)) };
    if (value instanceof Set) return { $set: Array.from(value, (entry) => encode(entry, work)) };
    if (Array.isArray(value)) return value.map((entry) => encode(entry, work));
    const encoded = encodeFields(value, work);
    // A payload of somebody else's may use such a key, too.
    return Object.keys(encoded).some((key) => key.startsWith('$')) ? { $object: encoded } : encoded;
  } catch {
    return omitted('unreadable');
  } finally {
    work.inside.delete(value);
  }
}

function encodeFields(value: object, work: Work): { [key: string]: JsonValue } {
  const encoded: { [key: string]: JsonValue } = {};
  for (const [key, field] of Object.entries(value)) {
    if (field !== undefined) encoded[key] = encode(field, work);
  }
  return encoded;
}

/** No stack: it tells of the machine, and differs from run to run. */
function encodeError(error: Error, work: Work): { [key: string]: JsonValue } {
  const { name, message, cause } = error;
  const service =
    'category' in error && 'usable' in error ? { category: encode(error.category, work), usable: error.usable === true } : {};
  return {
    name: String(name),
    message: String(message),
    ...service,
    ...(cause === undefined ? {} : { cause: encode(cause, work) }),
  };
}

function omitted(why: string): JsonValue {
  return { $omitted: why };
}

/** Typed arrays in the order of this machine; recordings are little-endian, like every machine that Node runs on but one. */
function base64(array: Int16Array | Uint8Array): string {
  const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  return (array instanceof Int16Array && !littleEndian ? Buffer.from(bytes).swap16() : bytes).toString('base64');
}

/** Whether the first byte of a number is its lowest. */
export const littleEndian: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
