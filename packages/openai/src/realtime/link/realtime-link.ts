import { type Clock, ServiceError } from '@voxrill/core';
import { type RealtimeEventCount, realtimeEventCounter } from '../protocol/event-count.js';
import type { ParsedRealtimeEvent } from '../protocol/parse-event.js';
import type { RealtimeServerEvent } from '../protocol/schema/server-event-schema.js';
import { BackOff } from './back-off.js';
import { type ConnectionOptions, type ConnectionOwner, LinkConnection } from './link-connection.js';
import type { LinkFailure } from './link-failure.js';
import {
  type RealtimeLinkEvents,
  type RealtimeLinkOptions,
  type RealtimeRetry,
  resolveConnection,
  resolveRetry,
} from './link-options.js';
import { addTraffic, noTraffic, type RealtimeTraffic } from './link-traffic.js';

/** Somebody waits for the first connection. */
interface Starting {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  /** Why it has not come to anything yet. */
  lastError: ServiceError | undefined;
}

/**
 * Keeps a client connected to a Realtime service: one current connection, a new one when it is lost or about to expire. It knows
 * nothing of conversations: what is to be said again to a new session is for its owner to say when it is `connected`.
 *
 * @example
 * ```ts
 * import { realClock } from '@voxrill/core';
 *
 * const link = new RealtimeLink({
 *   target: realtimeTarget({ model: 'gpt-realtime' }),
 *   dialect: 'ga',
 *   clock: realClock(),
 *   session: { limitMs: 60 * 60_000, leadMs: 60_000 },
 *   events: {
 *     connected: (connection) => connection.send(realtimeClientEvents.createResponse()),
 *     event: (_connection, event) => console.log(event.type),
 *     lost: (_connection, error, retryInMs) => console.log(error.message, retryInMs),
 *     expiring: () => link.renew(),
 *     gone: (error) => console.log(error.category),
 *   },
 * });
 * await link.start(AbortSignal.timeout(10_000));
 * ```
 */
export class RealtimeLink {
  readonly #events: RealtimeLinkEvents;
  readonly #options: ConnectionOptions;
  readonly #clock: Clock;
  readonly #retry: RealtimeRetry;
  readonly #backOff: BackOff;
  readonly #counter = realtimeEventCounter();
  readonly #owner: ConnectionOwner = {
    greeted: (connection) => this.#onGreeted(connection),
    received: (connection, parsed) => this.#onReceived(connection, parsed),
    expiring: (connection) => {
      if (connection === this.#current) this.#tell(() => this.#events.expiring(connection));
    },
    ended: (connection, failure) => this.#onEnded(connection, failure),
    retired: (connection) => this.#forget(connection),
  };
  /** All that are not closed. */
  readonly #living = new Set<LinkConnection>();
  #current: LinkConnection | undefined;
  #attempt: LinkConnection | undefined;
  #starting: Starting | undefined;
  #state: 'new' | 'running' | 'closed' = 'new';
  #attempts = 0;
  #attemptAtMs = 0;
  #connectedAtMs = 0;
  /** Time spent on trying since a connection last held. */
  #triedMs = 0;
  #cancelRetry: (() => void) | undefined;
  #past: RealtimeTraffic = noTraffic;
  #receivedEvents = 0;
  #unknownEvents = 0;

  constructor(options: RealtimeLinkOptions) {
    this.#events = options.events;
    this.#options = resolveConnection(options);
    this.#clock = options.clock;
    this.#retry = resolveRetry(options.retry);
    this.#backOff = new BackOff(this.#retry);
  }

  /**
   * Resolves after the first `connected`. Rejects with a ServiceError when the service refuses for good or there is no connection
   * within `connectMs`, and with the reason of the signal, which has no say afterwards; the link is then closed.
   */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#state !== 'new') throw new Error('A RealtimeLink can be started once: make a new one.');
    this.#state = 'running';
    if (signal.aborted) this.#stop(signal.reason);
    signal.throwIfAborted();
    const { connectMs } = this.#options;
    let cancelTimer = (): void => undefined;
    const onAbort = (): void => this.#stop(signal.reason);
    try {
      await new Promise<void>((resolve, reject) => {
        const starting: Starting = { resolve, reject, lastError: undefined };
        this.#starting = starting;
        signal.addEventListener('abort', onAbort, { once: true });
        this.#connect();
        // After that of the attempt, which may be due in the same moment and knows more.
        const message = `The Realtime service could not be connected to within ${connectMs} ms: check the address and the network.`;
        cancelTimer = this.#clock.setTimer(
          () => this.#stop(starting.lastError ?? new ServiceError('timeout', message)),
          connectMs,
        );
      });
    } finally {
      cancelTimer();
      signal.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Opens a connection beside the current one, or at once the one that would come later; but where the current one serves and
   * another was refused, the wait is kept. `connected` tells when it is there.
   */
  renew(): void {
    if (this.#state !== 'running') return;
    if (this.#current !== undefined) {
      if (this.#cancelRetry !== undefined) return;
      this.#backOff.reset();
    }
    this.#connect();
  }

  /** Closes all connections. Any number of times; nothing is told afterwards. */
  close(): void {
    this.#stop(new ServiceError('connectivity', 'The connection was closed before it was made.'));
  }

  /** Over all connections, those that are closed included. */
  get traffic(): RealtimeTraffic {
    let sum = this.#past;
    for (const connection of this.#living) sum = addTraffic(sum, connection);
    return { ...sum, receivedEvents: this.#receivedEvents, unknownEvents: this.#unknownEvents };
  }

  /** What of that which came was not known, or not right. */
  eventCount(): RealtimeEventCount {
    return this.#counter.count();
  }

  #onGreeted(connection: LinkConnection): void {
    this.#attempt = undefined;
    this.#current = connection;
    this.#connectedAtMs = this.#clock.now();
    this.#tell(() => this.#events.connected(connection));
    const starting = this.#starting;
    this.#starting = undefined;
    starting?.resolve();
  }

  #onReceived(connection: LinkConnection, parsed: ParsedRealtimeEvent<RealtimeServerEvent>): void {
    this.#receivedEvents++;
    this.#counter.add(parsed);
    try {
      if (parsed.kind !== 'event') {
        this.#unknownEvents++;
        this.#events.unknown?.(parsed);
      } else if (connection.open) this.#events.event(connection, parsed.event);
    } catch (error) {
      this.#threw(error);
    }
  }

  #onEnded(connection: LinkConnection, failure: LinkFailure): void {
    const wasAttempt = connection === this.#attempt;
    const wasCurrent = connection === this.#current;
    this.#forget(connection);
    if (this.#state !== 'running') return;
    if (wasAttempt) this.#attemptFailed(failure);
    else if (wasCurrent) this.#currentLost(connection, failure);
    else this.#tell(() => this.#events.lost(connection, failure.error, 0));
  }

  #currentLost(connection: LinkConnection, { error, atOnce = false, retryAfterMs = 0 }: LinkFailure): void {
    const held = this.#clock.now() - this.#connectedAtMs >= this.#retry.stableMs;
    if (held) {
      this.#backOff.reset();
      this.#triedMs = 0;
    }
    if (!error.usable) {
      this.#giveUp(error);
      return;
    }
    const waiting = this.#cancelRetry !== undefined;
    // A service that ends each session at its beginning is not asked for another one at once.
    const waitMs = (atOnce && held) || waiting ? 0 : Math.max(this.#backOff.next(), retryAfterMs);
    this.#tryAgain(connection, error, this.#attempt === undefined ? waitMs : 0, retryAfterMs);
  }

  #attemptFailed({ error, retryAfterMs = 0 }: LinkFailure): void {
    if (this.#starting !== undefined) this.#starting.lastError = error;
    if (this.#current !== undefined) {
      // The old session still serves, and what stands against a new one may pass: a quota, a key that is being changed.
      const { maxMs } = this.#retry;
      this.#tryAgain(undefined, error, error.usable ? Math.max(this.#backOff.next(), retryAfterMs) : maxMs);
      return;
    }
    this.#triedMs += Math.min(this.#clock.now() - this.#attemptAtMs, this.#options.connectMs);
    if (error.usable) this.#tryAgain(undefined, error, Math.max(this.#backOff.next(), retryAfterMs), retryAfterMs);
    else this.#giveUp(error);
  }

  /** `askedMs`: how long the service asks to wait, which is not made shorter. */
  #tryAgain(connection: LinkConnection | undefined, error: ServiceError, wishedMs: number, askedMs = 0): void {
    let waitMs = wishedMs;
    if (this.#current === undefined) {
      const leftMs = this.#retry.giveUpAfterMs - this.#triedMs;
      if (leftMs <= 0 || Math.min(askedMs, wishedMs) > leftMs) {
        const seconds = Math.ceil((leftMs > 0 ? askedMs : this.#triedMs) / 1000);
        const why = leftMs > 0 ? `It asks to wait for ${seconds} s.` : `That was tried for ${seconds} s in vain.`;
        this.#giveUp(new ServiceError(error.category, `${error.message} ${why}`, { usable: false, cause: error }));
        return;
      }
      // The last attempt is made when all patience is used up, and not before.
      waitMs = Math.min(wishedMs, leftMs);
      this.#triedMs += waitMs;
    }
    if (this.#attempt === undefined) {
      this.#cancelRetry?.();
      this.#cancelRetry = this.#clock.setTimer(() => this.#connect(), waitMs);
    }
    this.#tell(() => this.#events.lost(connection, error, waitMs));
  }

  #connect(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    if (this.#attempt !== undefined) return;
    this.#attemptAtMs = this.#clock.now();
    const attempt = new LinkConnection(this.#attempts++, this.#options, this.#owner);
    this.#attempt = attempt;
    this.#living.add(attempt);
    attempt.begin();
  }

  #giveUp(error: ServiceError): void {
    const starting = this.#starting !== undefined;
    this.#stop(error);
    if (starting) return;
    try {
      this.#events.gone(error);
    } catch (thrown) {
      this.#events.threw?.(thrown);
    }
  }

  /** Ends everything; `reason` is for whoever still waits for the start. */
  #stop(reason: unknown): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelRetry?.();
    for (const connection of [...this.#living]) connection.close();
    const starting = this.#starting;
    this.#starting = undefined;
    starting?.reject(reason);
  }

  #forget(connection: LinkConnection): void {
    if (this.#living.delete(connection)) this.#past = addTraffic(this.#past, connection);
    if (connection === this.#attempt) this.#attempt = undefined;
    if (connection === this.#current) this.#current = undefined;
  }

  #tell(event: () => void): void {
    if (this.#state !== 'running') return;
    try {
      event();
    } catch (error) {
      this.#threw(error);
    }
  }

  #threw(error: unknown): void {
    if (this.#events.threw !== undefined) this.#events.threw(error);
    else if (this.#state === 'running') {
      const message = 'A listener of the connection has thrown: see the cause.';
      this.#giveUp(new ServiceError('application', message, { usable: false, cause: error }));
    }
  }
}
