import { type Deadline, deadline, ServiceError, type StageScope, type UtteranceTraits } from '@voxrill/core';
import { realtimeClientEvents } from '../protocol/client-events.js';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import type { RealtimeResponseParams } from '../protocol/schema/response-schema.js';

/** A response that is to be, or was, asked for. */
export interface ResponseRequest {
  readonly params: RealtimeResponseParams;
  /** The epoch whose turn it answers. */
  readonly turn: number;
  /** What is special about what it says, if it is told what to say. */
  readonly traits: UtteranceTraits | undefined;
}

/** Whose response has begun. */
export type BegunResponse = Pick<ResponseRequest, 'turn' | 'traits'>;

interface Pending extends ResponseRequest {
  /** Names the request in errors and, where the service echoes it, in the response. */
  readonly key: string;
}

interface Active {
  readonly id: string;
  readonly turn: number;
  cancelled: boolean;
}

/** How long the service may take; milliseconds. */
export interface ResponseTuning {
  /** For the next sign of life while it answers. */
  readonly nextMs: number;
  /** Whether requests carry their name, which only services younger than 2024 take. */
  readonly named: boolean;
}

/** The key of a request in the metadata of its response. */
const keyName = 'voxrill_request';

/**
 * Asks for responses in the conversation, one at a time: a service answers a second request with an error while the first is
 * active. Who asks meanwhile waits for its end; what an interruption made pointless is cancelled, also if it was asked for
 * and had not begun.
 */
export class ResponseDesk {
  readonly #stage: StageScope;
  readonly #tuning: ResponseTuning;
  readonly #send: (event: RealtimeClientEvent) => void;
  #wanted: ResponseRequest | undefined;
  /** The epoch of a turn that the service answers by itself, and has not begun to. */
  #expected: number | undefined;
  #pending: Pending | undefined;
  #active: Active | undefined;
  #limit: Deadline | undefined;
  #release: (() => void) | undefined;
  #count = 0;
  /** The service tells the name of a request in its response. */
  #echoes = false;

  constructor(stage: StageScope, tuning: ResponseTuning, send: (event: RealtimeClientEvent) => void) {
    this.#stage = stage;
    this.#tuning = tuning;
    this.#send = send;
    stage.session.onClose(() => this.#rest());
  }

  /** Nothing is asked for, and nothing is being answered. */
  get idle(): boolean {
    return this.#wanted === undefined && this.#free;
  }

  want(params: RealtimeResponseParams, traits?: UtteranceTraits): void {
    this.#wanted = { params, turn: this.#stage.session.turn, traits };
    this.#next();
  }

  /** The service will answer this turn by itself. */
  expect(): void {
    this.#expected = this.#stage.session.turn;
    this.alive();
    this.#settle();
  }

  /** A response of the conversation has begun. The service may begin some by itself. */
  created(id: string, metadata: unknown): BegunResponse {
    const pending = this.#isOurs(metadata) ? this.#pending : undefined;
    const begun: BegunResponse = pending ?? { turn: this.#expected ?? this.#stage.session.turn, traits: undefined };
    if (pending === undefined) this.#expected = undefined;
    else this.#pending = undefined;
    this.#active = { id, turn: begun.turn, cancelled: false };
    this.alive();
    if (begun.turn < this.#stage.session.turn) this.#cancel();
    return begun;
  }

  /** There was a sign of life. */
  alive(): void {
    if (this.#free) return;
    const { nextMs } = this.#tuning;
    this.#limit ??= this.#newLimit();
    this.#limit.set(
      nextMs,
      () => new ServiceError('timeout', `"${this.#stage.name}" gave no sign of an answer for ${nextMs} ms.`),
    );
  }

  done(id: string): void {
    if (this.#active?.id === id) this.#active = undefined;
    this.#next();
  }

  /** The service refuses the request of this name. Returns whether there is one; `later`: it may be asked again. */
  refused(key: string, later: boolean): boolean {
    const pending = this.#pending;
    if (pending === undefined || pending.key !== key) return false;
    this.#pending = undefined;
    if (later) {
      this.#wanted ??= pending;
      // The one that is in its way is not known to us; its end will be told.
      if (this.#active === undefined) this.#active = { id: '', turn: pending.turn, cancelled: false };
      this.alive();
    } else this.#next();
    return true;
  }

  /** The turn is dead. `byService`: the service knows, and stops by itself. */
  interrupted(byService: boolean): void {
    this.#wanted = undefined;
    if (byService && this.#active !== undefined) this.#active.cancelled = true;
    this.#cancel();
    this.#settle();
  }

  /** The connection is gone, and with it what was being answered. Returns what was asked for and has not begun. */
  lost(): ResponseRequest | undefined {
    const { turn } = this.#stage.session;
    const expected = this.#expected === turn ? { params: {}, turn, traits: undefined } : undefined;
    const asked = this.#wanted ?? this.#pending ?? expected;
    this.#rest();
    return asked?.turn === turn ? asked : undefined;
  }

  get #free(): boolean {
    const expects = this.#expected !== undefined && this.#expected === this.#stage.session.turn;
    return this.#pending === undefined && this.#active === undefined && !expects;
  }

  #cancel(): void {
    if (this.#active === undefined || this.#active.cancelled) return;
    this.#active.cancelled = true;
    const { id } = this.#active;
    this.#send(realtimeClientEvents.cancelResponse(id === '' ? undefined : id));
  }

  #next(): void {
    const request = this.#wanted;
    if (request !== undefined && this.#free) {
      this.#wanted = undefined;
      if (request.turn === this.#stage.session.turn) this.#ask(request);
    }
    this.#settle();
  }

  #ask(request: ResponseRequest): void {
    const key = `${this.#stage.name}_${this.#stage.session.turn}_${++this.#count}`;
    this.#pending = { ...request, key };
    const { params } = request;
    const metadata = this.#tuning.named ? { metadata: { ...params.metadata, [keyName]: key } } : {};
    this.alive();
    this.#send(realtimeClientEvents.createResponse({ ...params, ...metadata }, key));
  }

  /** A service that has never echoed a name cannot be asked whose response it is. */
  #isOurs(metadata: unknown): boolean {
    if (this.#pending === undefined) return false;
    if (typeof metadata !== 'object' || metadata === null || !(keyName in metadata)) return !this.#echoes;
    this.#echoes = true;
    return metadata[keyName] === this.#pending.key;
  }

  #newLimit(): Deadline {
    const limit = deadline(this.#stage.session.clock, this.#stage.session.signal);
    limit.signal.addEventListener('abort', () => {
      if (this.#limit !== limit || this.#stage.session.signal.aborted) return;
      this.#stage.session.guard(this.#stage.name, () => this.#gaveUp(limit.signal.reason));
    });
    return limit;
  }

  #gaveUp(reason: unknown): void {
    this.#cancel();
    const again = this.#wanted;
    this.#rest();
    this.#stage.fail(reason);
    if (again !== undefined && again.turn === this.#stage.session.turn) this.want(again.params, again.traits);
  }

  /** A graceful end waits for what is asked for. */
  #settle(): void {
    if (this.idle) this.#relax();
    else this.#release ??= this.#stage.session.hold(`${this.#stage.name}, answering`);
  }

  /** Nobody waits; what was expected of a dead turn may still come, and is known for what it is. */
  #relax(): void {
    this.#limit?.clear();
    this.#limit = undefined;
    this.#release?.();
    this.#release = undefined;
  }

  #rest(): void {
    this.#wanted = undefined;
    this.#expected = undefined;
    this.#pending = undefined;
    this.#active = undefined;
    this.#relax();
  }
}
