import { type Clock, type ServiceError, wallTime } from '@voxrill/core';
import type { RealtimeDialectName } from '../protocol/dialect.js';
import type { ParsedRealtimeEvent } from '../protocol/parse-event.js';
import type { RealtimeServerEvent } from '../protocol/schema/server-event-schema.js';
import type { BackOffOptions } from './back-off.js';
import type { HeartbeatOptions } from './heartbeat.js';
import type { ConnectionOptions } from './link-connection.js';
import { openWsSocket } from './open-ws-socket.js';
import type { RealtimeConnection } from './realtime-connection.js';
import type { OpenRealtimeSocket, RealtimeTarget } from './realtime-socket.js';

/** What a link tells its owner. Nothing comes after `close()`, nor after `gone`. */
export interface RealtimeLinkEvents {
  /** A connection has had its `session.created`, and is the current one from now on. One before it stays open until it is closed. */
  connected(connection: RealtimeConnection): void;
  /** Within the socket's own message. `session.created` is told by `connected` alone. */
  event(connection: RealtimeConnection, event: RealtimeServerEvent): void;
  /** What is not known or cannot be read. Counted, never fatal. */
  unknown?(parsed: Exclude<ParsedRealtimeEvent<RealtimeServerEvent>, { kind: 'event' }>): void;
  /**
   * A connection has ended, or, without one, an attempt has failed, and it will be tried again. `retryInMs` is 0 also when there is
   * nothing to wait for: another attempt is under way, or the connection had been replaced.
   */
  lost(connection: RealtimeConnection | undefined, error: ServiceError, retryInMs: number): void;
  /** The end of the session is nearer than `leadMs`: {@link RealtimeLink.renew} at a quiet moment. Once a connection. */
  expiring(connection: RealtimeConnection): void;
  /** For good, exactly once. A link that has never been connected rejects its `start` instead. */
  gone(error: ServiceError): void;
  /** One of these callbacks has thrown, and the link goes on. Without this the link is closed and `gone`. */
  threw?(error: unknown): void;
}

/** How a lost connection is had again. */
export interface RealtimeRetry extends BackOffOptions {
  /**
   * How much time may be spent on trying, waits included. Time in which the process stood still does not count.
   * @defaultValue 60_000
   */
  readonly giveUpAfterMs: number;
  /** A connection that has held as long as this is as good as new: waits and patience begin again. @defaultValue 10_000 */
  readonly stableMs: number;
}

export interface RealtimeLinkOptions {
  /** Asked before each connection, so that a token is fresh. */
  readonly target: () => RealtimeTarget | Promise<RealtimeTarget>;
  readonly dialect: RealtimeDialectName;
  /** @defaultValue `openWsSocket` */
  readonly open?: OpenRealtimeSocket;
  readonly clock: Clock;
  readonly events: RealtimeLinkEvents;
  readonly retry?: Partial<RealtimeRetry>;
  /** How long an attempt may take up to `session.created`, and how long `start` may take in all. @defaultValue 10_000 */
  readonly connectMs?: number;
  readonly session: {
    /** Longest duration of a session, where the service does not tell; none when left out. */
    readonly limitMs?: number;
    /** How long before its end a session is `expiring`; at the most half its life. */
    readonly leadMs: number;
  };
  /** False asks nobody for a sign of life. */
  readonly heartbeat?: Partial<HeartbeatOptions> | false;
  /** What may wait to be sent before a connection counts as lost. @defaultValue 33_554_432 (32 MiB) */
  readonly maxBufferedBytes?: number;
  /** What the service's `expires_at` is held against. @defaultValue `wallTime` */
  readonly wallClock?: () => Pick<Date, 'getTime'>;
}

const defaultRetry = {
  firstMs: 250,
  maxMs: 8_000,
  factor: 2,
  random: Math.random,
  giveUpAfterMs: 60_000,
  stableMs: 10_000,
} as const satisfies RealtimeRetry;
const defaultHeartbeat = { idleMs: 5_000, answerMs: 10_000 } as const satisfies HeartbeatOptions;
const defaults = { connectMs: 10_000, maxBufferedBytes: 32 * 2 ** 20 } as const satisfies Partial<RealtimeLinkOptions>;

export const resolveRetry = (given: Partial<RealtimeRetry> = {}): RealtimeRetry => ({ ...defaultRetry, ...given });

export function resolveConnection(options: RealtimeLinkOptions): ConnectionOptions {
  const { target, dialect, clock, session, open = openWsSocket, heartbeat = {}, wallClock = wallTime } = options;
  return {
    target,
    dialect,
    open,
    clock,
    wallMs: () => wallClock().getTime(),
    connectMs: options.connectMs ?? defaults.connectMs,
    maxBufferedBytes: options.maxBufferedBytes ?? defaults.maxBufferedBytes,
    heartbeat: heartbeat === false ? false : { ...defaultHeartbeat, ...heartbeat },
    session,
  };
}
