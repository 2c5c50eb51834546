import { createHash, timingSafeEqual } from 'node:crypto';
import type { RealtimeRequest } from './realtime-peer.js';

/** The keys that are accepted, or whoever knows. What the function throws refuses the client with HTTP 500. */
export type RealtimeKeys = readonly string[] | ((key: string, request: RealtimeRequest) => boolean | Promise<boolean>);

/** Whether a key is accepted. */
export type KeyCheck = (key: string | undefined, request: RealtimeRequest) => boolean | Promise<boolean>;

/** Throws, without saying a key, when a list has none or one that no client could send. */
export function checkKeys(keys: RealtimeKeys | undefined): void {
  if (keys === undefined || typeof keys === 'function') return;
  if (!Array.isArray(keys)) throw new TypeError('keys is no list; give a list of keys, or a function that knows them.');
  if (keys.length === 0) {
    throw new RangeError('keys is an empty list; give at least one key, or leave keys out on loopback.');
  }
  for (const [index, key] of keys.entries()) checkKey(`keys[${index}]`, key);
}

/** Throws, without saying the key, when it is none that can be sent as `Authorization: Bearer KEY`. */
export function checkKey(name: string, key: unknown): void {
  if (typeof key !== 'string') throw new TypeError(`${name} is no text; give a key.`);
  if (key === '') throw new RangeError(`${name} is empty; give a key.`);
  if (/\s/u.test(key)) throw new RangeError(`${name} has white space in it, so it cannot be sent; give a key without any.`);
}

/**
 * Makes the check of a list or a function. Keys of a list are compared by their hashes, all of them, so that the time it takes
 * tells nothing of how much of a guess was right.
 */
export function keyCheck(keys: RealtimeKeys | undefined): KeyCheck {
  if (keys === undefined) return () => true;
  if (typeof keys === 'function') return (key, request) => key !== undefined && keys(key, request);
  const known = keys.map(hashOf);
  return (key) => key !== undefined && isAmong(hashOf(key), known);
}

/** The hash by which a key is kept and compared. */
export const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();

function isAmong(hash: Buffer, known: readonly Buffer[]): boolean {
  let found = false;
  for (const each of known) found = timingSafeEqual(hash, each) || found;
  return found;
}
