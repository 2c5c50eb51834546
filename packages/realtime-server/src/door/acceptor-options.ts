import { type Clock, type Logger, realClock, silentLogger, wallTime } from '@voxrill/core';
import type { RealtimeDialectName } from '@voxrill/openai';
import type { RealtimeCallInfo } from './call-info.js';
import type { RealtimeLog } from './wire-log.js';

/** Options that everything shares which takes clients in. */
export interface AcceptorOptions {
  /** Which dialect clients speak; `auto` finds out, by the handshake and then by the first `session.update`. @defaultValue 'auto' */
  readonly dialect?: RealtimeDialectName | 'auto';
  /** How long after the handshake the first event comes: a client that gets both at once may miss it. @defaultValue 5 */
  readonly startDelayMs?: number;
  /** Ends a call in which the client has sent nothing for so long. @defaultValue never */
  readonly idleMs?: number;
  /** What a client may send before it is served, in bytes; beyond it is closed with 1008. @defaultValue 25_165_824 (24 MiB) */
  readonly maxWaitingBytes?: number;
  /** How long a call may take to let go when the server closes. @defaultValue 5_000 */
  readonly closeMs?: number;
  /** Gets each event on the wire of each client. */
  readonly log?: RealtimeLog;
  /** Gets each call when it comes; `call.done` tells when it goes. */
  readonly onCall?: (call: RealtimeCallInfo) => void;
  /** @defaultValue the real clock */
  readonly clock?: Clock;
  /** What the clock on the wall shows, for times that clients are told. @defaultValue the clock on the wall */
  readonly wallClock?: () => Date;
  /** @defaultValue silent */
  readonly logger?: Logger;
}

const defaults = {
  dialect: 'auto',
  startDelayMs: 5,
  idleMs: Number.POSITIVE_INFINITY,
  maxWaitingBytes: 24 * 2 ** 20,
  closeMs: 5_000,
} as const satisfies AcceptorOptions;

export type ResolvedAcceptorOptions = Required<Omit<AcceptorOptions, 'log' | 'onCall'>> & Pick<AcceptorOptions, 'log' | 'onCall'>;

export function resolveAcceptorOptions(options: AcceptorOptions): ResolvedAcceptorOptions {
  for (const name of ['startDelayMs', 'idleMs', 'maxWaitingBytes', 'closeMs'] as const) {
    const value = options[name];
    if (value !== undefined && !(value >= 0)) throw new RangeError(`${name} is ${value}; it is a number, 0 or more.`);
  }
  return { ...defaults, clock: realClock(), wallClock: wallTime, logger: silentLogger, ...withoutUndefined(options) };
}

export const withoutUndefined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
