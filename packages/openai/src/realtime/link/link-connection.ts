import { type Clock, ServiceError } from '@voxrill/core';
import type { RealtimeDialectName } from '../protocol/dialect.js';
import { type ParsedRealtimeEvent, parseServerEvent } from '../protocol/parse-event.js';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import type { RealtimeServerEvent } from '../protocol/schema/server-event-schema.js';
import type { RealtimeSession } from '../protocol/schema/session-schema.js';
import { writeRealtimeEvent } from '../protocol/write-event.js';
import { Heartbeat, type HeartbeatOptions } from './heartbeat.js';
import { eventFailure, type LinkFailure, socketFailure } from './link-failure.js';
import { base64Bytes } from './link-traffic.js';
import type { RealtimeConnection } from './realtime-connection.js';
import type { OpenRealtimeSocket, RealtimeSocket, RealtimeSocketTraffic, RealtimeTarget } from './realtime-socket.js';
import { detailText, placeOf } from './secrets.js';
import { sessionLifeMs, watchExpiry } from './session-expiry.js';

/** What all connections of a link have in common. */
export interface ConnectionOptions {
  readonly target: () => RealtimeTarget | Promise<RealtimeTarget>;
  readonly dialect: RealtimeDialectName;
  readonly open: OpenRealtimeSocket;
  readonly clock: Clock;
  readonly wallMs: () => number;
  readonly connectMs: number;
  readonly maxBufferedBytes: number;
  readonly heartbeat: HeartbeatOptions | false;
  readonly session: { readonly limitMs?: number | undefined; readonly leadMs: number };
}

/** To whom a connection tells what becomes of it. */
export interface ConnectionOwner {
  greeted(connection: LinkConnection): void;
  received(connection: LinkConnection, parsed: ParsedRealtimeEvent<RealtimeServerEvent>): void;
  expiring(connection: LinkConnection): void;
  /** Exactly once, unless the connection was closed from this side. */
  ended(connection: LinkConnection, failure: LinkFailure): void;
  /** Closed from this side, exactly once. */
  retired(connection: LinkConnection): void;
}

const nobody: RealtimeTarget = { url: '', headers: {}, protocols: [], deflate: false };
const noTraffic: RealtimeSocketTraffic = { sentBytes: 0, receivedBytes: 0 };

/** A connection from the wish for it to its end: opening, then open, then closed. Never goes back. */
export class LinkConnection implements RealtimeConnection {
  readonly id: number;
  readonly #options: ConnectionOptions;
  readonly #owner: ConnectionOwner;
  #state: 'opening' | 'open' | 'closed' = 'opening';
  #target = nobody;
  #socket: RealtimeSocket | undefined;
  #session: RealtimeSession = { type: 'realtime' };
  #expiresAtMs: number | undefined;
  #heartbeat: Heartbeat | undefined;
  #cancelConnectTimer = (): void => undefined;
  #cancelExpiry = (): void => undefined;
  sentEvents = 0;
  sentAudioBytes = 0;
  receivedAudioBytes = 0;

  constructor(id: number, options: ConnectionOptions, owner: ConnectionOwner) {
    this.id = id;
    this.#options = options;
    this.#owner = owner;
  }

  /** Once, and when the owner is ready to be told. */
  begin(): void {
    const { clock, connectMs } = this.#options;
    this.#cancelConnectTimer = clock.setTimer(() => this.#timedOut(), connectMs);
    void this.#begin();
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  get session(): RealtimeSession {
    return this.#session;
  }

  get expiresAtMs(): number | undefined {
    return this.#expiresAtMs;
  }

  get heardAtMs(): number | undefined {
    return this.#heartbeat?.heardAtMs;
  }

  get wire(): RealtimeSocketTraffic {
    return this.#socket?.traffic ?? noTraffic;
  }

  send(event: RealtimeClientEvent): boolean {
    const socket = this.#socket;
    if (socket === undefined || this.#state !== 'open') return false;
    const text = writeRealtimeEvent(event, this.#options.dialect);
    if (text === undefined) return false;
    if (socket.bufferedBytes > this.#options.maxBufferedBytes) {
      const message = `The network no longer takes what is sent to ${placeOf(this.#target.url)}: check how fast it is.`;
      this.#end({ error: new ServiceError('connectivity', message) });
      return false;
    }
    this.sentEvents++;
    if (event.type === 'input_audio_buffer.append') this.sentAudioBytes += base64Bytes(event.audio);
    socket.send(text);
    return true;
  }

  close(): void {
    if (this.#finish()) this.#owner.retired(this);
  }

  async #begin(): Promise<void> {
    try {
      const target = await this.#options.target();
      if (this.#state === 'closed') return;
      this.#target = target;
    } catch (error) {
      const message = 'The address or the key of the Realtime service could not be had: see the cause, and try again.';
      this.#end({ error: error instanceof ServiceError ? error : new ServiceError('connectivity', message, { cause: error }) });
      return;
    }
    try {
      const socket = this.#options.open(this.#target, {
        opened: () => undefined,
        message: (text) => this.#onMessage(text),
        pong: () => this.#heartbeat?.answered(),
        closed: (how) => this.#end(socketFailure(how, this.#target, this.#state === 'open')),
      });
      this.#socket = socket;
      // It may have been told that it is over before there was a socket to close.
      if (this.#isClosed()) socket.close();
    } catch (error) {
      const message = `${placeOf(this.#target.url)} cannot be connected to: check the address.`;
      this.#end({ error: new ServiceError('invalid-request', message, { cause: error }) });
    }
  }

  // A state that a callback has changed is not what the compiler last saw.
  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #timedOut(): void {
    const place = this.#target === nobody ? 'The token' : placeOf(this.#target.url);
    const message = `${place} did not begin a session within ${this.#options.connectMs} ms: check the address and the network.`;
    this.#end({ error: new ServiceError('timeout', message) });
  }

  #onMessage(text: string): void {
    if (this.#state === 'closed') return;
    this.#heartbeat?.heard();
    const parsed = parseServerEvent(text, this.#options.dialect);
    if (this.#state === 'opening') {
      this.#onGreeting(parsed);
      return;
    }
    if (parsed.kind !== 'event') {
      this.#owner.received(this, parsed);
      return;
    }
    const { event } = parsed;
    if (event.type === 'response.output_audio.delta') this.receivedAudioBytes += base64Bytes(event.delta);
    this.#owner.received(this, parsed);
    // Told first, so that nobody misses why.
    if (event.type === 'error') this.#onError(event.error, true);
  }

  /** What comes before the session has begun: `session.created`, or why there is none. Nothing else is of use. */
  #onGreeting(parsed: ParsedRealtimeEvent<RealtimeServerEvent>): void {
    // Counted; nobody is told of events before the session has begun.
    this.#owner.received(this, parsed);
    if (parsed.kind === 'event' && parsed.event.type === 'session.created') this.#greet(parsed.event.session);
    if (parsed.kind === 'event' && parsed.event.type === 'error') this.#onError(parsed.event.error, false);
    if (parsed.kind === 'invalid' && parsed.type === 'session.created') {
      const detail = detailText(parsed.error.message, this.#target);
      const message = `${placeOf(this.#target.url)} began a session that cannot be read: check the dialect${detail}.`;
      this.#end({ error: new ServiceError('server', message) });
    }
  }

  #greet(session: RealtimeSession): void {
    const { clock, wallMs, heartbeat, session: limits } = this.#options;
    this.#state = 'open';
    this.#session = session;
    this.#cancelConnectTimer();
    const socket = this.#socket;
    if (heartbeat !== false && socket?.ping !== undefined) {
      this.#heartbeat = new Heartbeat(heartbeat, { clock, ping: () => socket.ping?.(), dead: () => this.#onDead() });
    }
    const lifeMs = sessionLifeMs(session.expires_at, limits.limitMs, wallMs());
    if (lifeMs !== undefined) {
      this.#expiresAtMs = clock.now() + lifeMs;
      this.#cancelExpiry = watchExpiry(lifeMs, limits.leadMs, { clock, wallMs, due: () => this.#owner.expiring(this) });
    }
    this.#owner.greeted(this);
  }

  #onError(words: Parameters<typeof eventFailure>[0], greeted: boolean): void {
    const failure = eventFailure(words, this.#target, greeted);
    if (failure !== undefined) this.#end(failure);
  }

  #onDead(): void {
    const message = `${placeOf(this.#target.url)} gives no sign of life: check the network; it is being connected to again.`;
    this.#end({ error: new ServiceError('connectivity', message) });
  }

  #end(failure: LinkFailure): void {
    if (this.#finish()) this.#owner.ended(this, failure);
  }

  /** False when it was over before. */
  #finish(): boolean {
    if (this.#state === 'closed') return false;
    this.#state = 'closed';
    this.#cancelConnectTimer();
    this.#cancelExpiry();
    this.#heartbeat?.stop();
    this.#socket?.close();
    return true;
  }
}
