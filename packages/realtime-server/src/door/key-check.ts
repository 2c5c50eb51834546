import { createHash, timingSafeEqual } from 'node:crypto';
import type { RealtimeRequest } from './realtime-peer.js';

/** The keys that are accepted, or whoever knows. What the function throws refuses the client with HTTP 500. */
export type RealtimeKeys = readonly string[] | ((key: string, request: RealtimeRequest) => boolean | Promise<boolean>);

/** Whether a key is accepted. */
export type KeyCheck = (key: string | undefined, request: RealtimeRequest) => boolean | Promise<boolean>;

/**
 * Makes the check of a list or a function. Keys of a list are compared by their hashes, all of them, so that the time it takes
 * tells nothing of how much of a guess was right.
 */
export function keyCheck(keys: RealtimeKeys | undefined): KeyCheck {
  if (keys === undefined) return () => true;
  if (typeof keys === 'function') return (key, request) => key !== undefined && keys(key, request);
  if (keys.length === 0 || keys.some((key) => key === '')) {
    throw new RangeError('keys is an empty list or has an empty key; give at least one key, or leave keys out on loopback.');
  }
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
