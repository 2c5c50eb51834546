import type { Clock, Logger } from '@voxrill/core';
import {
  dialectOfUpdate,
  invalidRequest,
  type ParsedRealtimeEvent,
  parseClientEvent,
  type RealtimeClientEvent,
  type RealtimeDialectName,
  type RealtimeServerEvent,
} from '@voxrill/openai';
import { IdleWatch } from './idle-watch.js';
import type { OpenCall } from './open-calls.js';
import type { RealtimeReceiver } from './realtime-peer.js';
import { binaryFrame, type WireEnd } from './wire-end.js';
import { familyOf } from './wire-log.js';

/** What answers a client: `RealtimeCall`, or a stand-in of a test. */
export interface RealtimeEngine {
  dialect: RealtimeDialectName;
  readonly done: Promise<unknown>;
  start(): Promise<void>;
  receive(parsed: ParsedRealtimeEvent<RealtimeClientEvent>): void;
  close(reason: string): void;
}

/** The way of an engine to its client. */
export interface EngineWire {
  send(event: RealtimeServerEvent): void;
  close(code: number, reason: string): void;
}

/** What a {@link ServedCall} goes by. */
export interface ServedCallOptions {
  readonly wire: WireEnd;
  readonly makeEngine: (wire: EngineWire) => RealtimeEngine;
  /** The dialect may be corrected by what the client says. */
  readonly guessed: boolean;
  readonly refuseBeta: boolean;
  readonly startDelayMs: number;
  readonly idleMs: number;
  readonly maxWaitingBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Events beyond this many characters, or this many, before the session stands: the client is held back, if it can be. */
const holdBackBytes = 2 ** 20;
const holdBackEvents = 1024;
/** What a frame that is not kept counts as. */
const bytesOfEntry = 64;

const betaOff = 'The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.';

/**
 * One client and the engine that answers it: waits until the client can have seen the handshake, keeps what comes before, finds
 * out the dialect, ends a silent call, and keeps a broken engine from everybody else.
 */
export class ServedCall implements RealtimeReceiver, OpenCall {
  readonly info: OpenCall['info'];
  readonly released: Promise<unknown>;
  readonly #options: ServedCallOptions;
  readonly #wire: WireEnd;
  #engine: RealtimeEngine | undefined;
  /** Texts, and for a frame that is none its length. */
  #waiting: (string | number)[] | undefined = [];
  #waitingBytes = 0;
  #guessed: boolean;
  #over = false;
  readonly #takeBackStart: () => void;
  readonly #idle: IdleWatch;
  #release: (value: unknown) => void = () => undefined;

  constructor(options: ServedCallOptions) {
    this.#options = options;
    this.#wire = options.wire;
    this.info = options.wire.record.info;
    this.#guessed = options.guessed;
    this.released = new Promise((resolve) => {
      this.#release = resolve;
    });
    this.#takeBackStart = options.clock.setTimer(() => void this.#start(), options.startDelayMs);
    this.#idle = new IdleWatch(options.clock, options.idleMs, () => this.#expire());
  }

  receive(text: string): void {
    if (this.#over) return;
    this.#wire.record.fromClient(text);
    this.#idle.alive();
    if (this.#waiting === undefined) this.#take(text);
    else this.#keep(text, this.#waiting);
  }

  receiveBinary(bytes: number): void {
    if (this.#over) return;
    this.#idle.alive();
    if (this.#waiting === undefined) this.#take(bytes);
    else this.#keep(bytes, this.#waiting);
  }

  closed(code: number, reason = ''): void {
    this.#wire.gone();
    this.#finish({ code, reason, failed: false });
  }

  drained(): void {}

  /** Ends the call from this side. */
  close(code: number, reason: string, failed = code === 1011): void {
    this.#finish({ code, reason, failed });
  }

  async #start(): Promise<void> {
    if (this.#over) return;
    this.#correctDialect(this.#waiting ?? []);
    if (this.#options.refuseBeta && familyOf(this.#wire.dialect) === 'beta') {
      this.#wire.send(this.#wire.say.error(invalidRequest('beta_api_shape_disabled', betaOff)));
      return this.close(4000, betaOff);
    }
    try {
      const engine = this.#options.makeEngine({
        send: (event) => this.#wire.send(event),
        close: (code, reason) => this.close(code, reason),
      });
      this.#engine = engine;
      engine.done.then(
        () => this.close(1000, 'The call is over.'),
        (error: unknown) => this.#crash(error),
      );
      await engine.start();
    } catch (error) {
      return this.#crash(error);
    }
    this.#flush();
  }

  /** What came before the session stood, in the order in which it came. */
  #flush(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const given of waiting) {
      if (this.#over) return;
      this.#take(given);
    }
    this.#wire.resume();
  }

  #keep(given: string | number, waiting: (string | number)[]): void {
    waiting.push(given);
    this.#waitingBytes += typeof given === 'string' ? given.length : bytesOfEntry;
    if (this.#waitingBytes > this.#options.maxWaitingBytes) {
      this.close(1008, 'Too much was sent before session.created.');
      return;
    }
    if (this.#waitingBytes > holdBackBytes || waiting.length > holdBackEvents) this.#wire.pause();
  }

  #take(given: string | number): void {
    if (typeof given === 'number') {
      this.#wire.log('client', `binary frame of ${given} bytes`);
      this.#wire.send(this.#wire.say.error(binaryFrame(given)));
      return;
    }
    const engine = this.#engine;
    if (engine === undefined) return;
    let parsed = parseClientEvent(given, this.#wire.dialect);
    if (this.#guessed && parsed.kind !== 'unknown' && isUpdate(parsed.raw)) {
      this.#guessed = false;
      const dialect = dialectOfUpdate(parsed.raw, this.#wire.dialect);
      if (dialect !== this.#wire.dialect) {
        this.#wire.record.dialect = dialect;
        engine.dialect = dialect;
        parsed = parseClientEvent(parsed.raw, dialect);
      }
    }
    this.#wire.log('client', parsed.raw);
    try {
      engine.receive(parsed);
    } catch (error) {
      this.#crash(error);
    }
  }

  /** A client that did not wait has told its dialect before anything is said to it. */
  #correctDialect(waiting: readonly (string | number)[]): void {
    if (!this.#guessed) return;
    for (const text of waiting.slice(0, 8)) {
      const { raw } = parseClientEvent(text, this.#wire.dialect);
      if (!isUpdate(raw)) continue;
      this.#guessed = false;
      this.#wire.record.dialect = dialectOfUpdate(raw, this.#wire.dialect);
      return;
    }
  }

  #crash(error: unknown): void {
    if (this.#over) return;
    this.#options.logger.error('A call broke down.', { call: this.info.id, error });
    const message = 'The server had an error while processing the session.';
    this.#wire.send(this.#wire.say.error({ type: 'server_error', code: 'server_error', message, param: null, event_id: null }));
    this.close(1011, message);
  }

  #expire(): void {
    const message = `No event came for ${this.#options.idleMs} ms.`;
    this.#wire.send(this.#wire.say.error(invalidRequest('session_expired', message)));
    this.close(1001, message);
  }

  #finish({ code, reason, failed }: { readonly code: number; readonly reason: string; readonly failed: boolean }): void {
    if (this.#over) return;
    this.#over = true;
    this.#waiting = undefined;
    this.#takeBackStart();
    this.#idle.stop();
    this.#wire.close(code, reason);
    const engine = this.#engine;
    try {
      engine?.close(reason);
    } catch (error) {
      this.#options.logger.error('A call did not close.', { call: this.info.id, error });
    }
    (engine?.done ?? Promise.resolve()).then(this.#release, this.#release);
    this.#wire.record.ended(code, reason, failed);
  }
}

/** Whether something on the wire is an update of the session. */
export const isUpdate = (raw: unknown): boolean =>
  typeof raw === 'object' && raw !== null && 'type' in raw && raw.type === 'session.update';
