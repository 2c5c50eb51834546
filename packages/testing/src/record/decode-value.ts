import { type ErrorCategory, ServiceError } from '@voxrill/core';
import { littleEndian } from './encode-value.js';

type Fields = Readonly<Record<string, unknown>>;

/** Makes what `encodeValue` has written into values again. Throws a TypeError that says what it does not understand. */
export function decodeValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeValue);
  if (!isFields(value)) return value;
  const keys = Object.keys(value);
  const [tag] = keys;
  if (keys.length === 1 && tag?.startsWith('$') === true) return decodeTagged(tag, value[tag]);
  return decodeFields(value);
}

function decodeTagged(tag: string, value: unknown): unknown {
  switch (tag) {
    case '$pcm':
      return decodePcm(textOf(tag, value));
    case '$bytes':
      return Uint8Array.from(Buffer.from(textOf(tag, value), 'base64'));
    case '$number':
      return Number(textOf(tag, value));
    case '$bigint':
      return BigInt(textOf(tag, value));
    case '$date':
      return new Date(textOf(tag, value));
    case '$undefined':
      return undefined;
    case '$omitted':
      return { $omitted: value };
    case '$map':
      return new Map(listOf(tag, value).map(pairOf));
    case '$set':
      return new Set(listOf(tag, value).map(decodeValue));
    case '$error':
      return decodeError(fieldsOf(tag, value));
    case '$object':
      return decodeFields(fieldsOf(tag, value));
    default:
      throw new TypeError(`"${tag}" is no kind of value that a recording has.`);
  }
}

function decodeFields(value: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, decodeValue(field)]));
}

/** A copy of its own: samples are never a view on a pooled buffer. */
function decodePcm(text: string): Int16Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 2 !== 0) throw new TypeError('The samples are not a whole number of 16-bit values.');
  const owned = Uint8Array.from(littleEndian ? bytes : bytes.swap16());
  return new Int16Array(owned.buffer);
}

function decodeError({ name, message, category, usable, cause }: Fields): Error {
  const options = cause === undefined ? {} : { cause: decodeValue(cause) };
  const text = String(message);
  if (name === 'ServiceError' && typeof category === 'string') {
    return new ServiceError(category as ErrorCategory, text, { usable: usable === true, ...options });
  }
  const error = new Error(text, options);
  if (typeof name === 'string' && name !== 'Error') Object.defineProperty(error, 'name', { value: name, configurable: true });
  return error;
}

function pairOf(value: unknown): readonly [unknown, unknown] {
  const [key, entry] = listOf('$map', value);
  return [decodeValue(key), decodeValue(entry)];
}

function listOf(tag: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`"${tag}" must be a list.`);
  return value;
}

function textOf(tag: string, value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`"${tag}" must be text.`);
  return value;
}

function fieldsOf(tag: string, value: unknown): Fields {
  if (!isFields(value)) throw new TypeError(`"${tag}" must be an object.`);
  return value;
}

/** Whether it is an object with named fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
