import type { RealtimeDialectName, RealtimeWireEvent } from '@voxrill/openai';

/** One event as it went over the wire. */
export interface RealtimeLogLine {
  /** Who sent it. */
  readonly dir: 'client' | 'server';
  /** The family of the dialect of the connection. */
  readonly proto: 'ga' | 'beta';
  /** The connection. */
  readonly conn: string;
  /** What cannot be read as an event is `{ unreadable }`, shortened. */
  readonly event: RealtimeWireEvent | { readonly unreadable: string };
}

/** Takes each event of both directions, in order. What it throws is reported and changes nothing. */
export type RealtimeLog = (line: RealtimeLogLine) => void;

/** The family that a dialect belongs to. */
export const familyOf = (dialect: RealtimeDialectName): 'ga' | 'beta' =>
  dialect === 'ga' || dialect === 'azure-ga' ? 'ga' : 'beta';

const longest = 200;

/** What the log shows of something that may be an event. */
export function loggedEvent(given: unknown): RealtimeLogLine['event'] {
  if (isEvent(given)) return given;
  const text = typeof given === 'string' ? given : (JSON.stringify(given) ?? '');
  return { unreadable: text.length <= longest ? text : `${text.slice(0, longest)}…` };
}

const isEvent = (given: unknown): given is RealtimeWireEvent =>
  typeof given === 'object' && given !== null && 'type' in given && typeof given.type === 'string';
