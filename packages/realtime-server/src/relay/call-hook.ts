import type { Clock } from '@voxrill/core';
import { within } from '../door/within.js';
import type { RelayVerdict } from './relay-hooks.js';

/** What a hook made of an event; `error` if it failed, and then nothing is passed on. */
export type HookOutcome<Event> = { readonly passed: readonly Event[] } | { readonly error: unknown };

/** Asks a hook; at once if it answers at once. Neither throws nor rejects. */
export function callHook<Event extends object>(
  ask: () => RelayVerdict<Event> | Promise<RelayVerdict<Event>>,
  clock: Clock,
  hookMs: number,
): HookOutcome<Event> | Promise<HookOutcome<Event>> {
  try {
    const verdict = ask();
    if (!(verdict instanceof Promise)) return { passed: listOf(verdict) };
    return within(clock, hookMs, verdict, () => new Error(`The hook took longer than ${hookMs} ms.`)).then(
      (passed) => ({ passed: listOf(passed) }),
      (error: unknown) => ({ error }),
    );
  } catch (error) {
    return { error };
  }
}

const isList = <Event>(verdict: Event | readonly Event[]): verdict is readonly Event[] => Array.isArray(verdict);

function listOf<Event extends object>(verdict: RelayVerdict<Event>): readonly Event[] {
  if (verdict === undefined || verdict === null) return [];
  return isList(verdict) ? verdict : [verdict];
}
