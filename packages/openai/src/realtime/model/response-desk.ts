import { type Deadline, deadline, ServiceError, type StageScope, type UtteranceTraits } from '@voxrill/core';
import { realtimeClientEvents } from '../protocol/client-events.js';
import type { RealtimeDialectName } from '../protocol/dialect.js';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import type { RealtimeResponseParams } from '../protocol/schema/response-schema.js';
import { isOf2024, responseParamsOf2024 } from './response-params-of-2024.js';

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

interface Pending {
  readonly request: ResponseRequest;
  /** Names the request in errors and, where the service echoes it, in the response. */
  readonly key: string;
}

interface Active {
  readonly request: ResponseRequest;
  /** Unknown of one that is known only by the refusal of another. */
  readonly id: string | undefined;
  /** Ends what was told of it. */
  readonly end: () => void;
  cancelled: boolean;
}

/** What the desk needs, and how long the service may take. */
export interface ResponseDeskHost {
  /** For the next sign of life while it answers; milliseconds. */
  readonly nextMs: number;
  readonly dialect: RealtimeDialectName;
  readonly send: (event: RealtimeClientEvent) => void;
  /** Something is being asked for. */
  readonly asked: () => void;
  /** Nothing is asked for any more. */
  readonly calm: () => void;
}

/** The key of a request in the metadata of its response. */
const keyName = 'voxrill_request';
/** How many requests wait at the most; beyond it the oldest is dropped. */
const maxWanted = 32;

/**
 * Asks for responses in the conversation, one at a time: a service answers a second request with an error while the first is
 * active. Who asks meanwhile waits for its end, or for a connection; what an interruption made pointless is cancelled, also if
 * it was asked for and had not begun.
 */
export class ResponseDesk {
  readonly #stage: StageScope;
  readonly #host: ResponseDeskHost;
  #wanted: readonly ResponseRequest[] = [];
  /** The epoch of a turn that the service answers by itself, and has not begun to. */
  #expected: number | undefined;
  #pending: Pending | undefined;
  #active: Active | undefined;
  #limit: Deadline | undefined;
  #release: (() => void) | undefined;
  #count = 0;
  /** The service tells the name of a request in its response. */
  #echoes = false;
  #state: 'offline' | 'online' | 'closed' = 'offline';

  constructor(stage: StageScope, host: ResponseDeskHost) {
    this.#stage = stage;
    this.#host = host;
    stage.session.onClose(() => this.close());
  }

  /** Nothing is asked for, and nothing is being answered. */
  get idle(): boolean {
    return this.#wanted.length === 0 && this.#free;
  }

  /** An answer that is waited for answers whoever asks meanwhile as well; what is to be said is said in order. */
  want(params: RealtimeResponseParams, traits?: UtteranceTraits): void {
    if (this.#state === 'closed') return;
    this.#queue([...this.#wanted, { params, turn: this.#stage.session.turn, traits }]);
    this.#next();
  }

  /** The service answers this turn by itself. Returns false if it cannot: it is answering something else, and is to be asked. */
  expect(): boolean {
    if (this.#active?.cancelled === false) return false;
    this.#expected = this.#stage.session.turn;
    this.alive();
    this.#settle();
    return true;
  }

  /** There is a connection: what waits is asked for. */
  connected(): void {
    if (this.#state === 'closed') return;
    this.#state = 'online';
    this.#next();
  }

  /** The connection is gone. What has not begun is asked for again; what has begun, if it was `untold`, and else it is returned. */
  lost(untold: boolean): Pick<Active, 'id' | 'request'> | undefined {
    if (this.#state === 'closed') return undefined;
    const { turn } = this.#stage.session;
    const active = this.#active;
    const begun = untold ? active?.request : undefined;
    const pending = this.#pending?.request;
    const expected = this.#expected === undefined ? undefined : answerOf(this.#expected);
    this.#state = 'offline';
    this.#forget();
    const asked = [begun, pending, expected, ...this.#wanted].filter((request) => request !== undefined);
    this.#queue(asked.filter((request) => request.turn === turn));
    this.#settle();
    return untold || active?.cancelled === true ? undefined : active;
  }

  /** There will be no connection any more. */
  close(): void {
    this.#state = 'closed';
    this.#wanted = [];
    this.#forget();
    this.#relax();
  }

  /** A response of the conversation has begun. The service may begin some by itself. `end` is called if it never ends. */
  created(id: string, metadata: unknown, end: () => void): BegunResponse {
    const pending = this.#isOurs(metadata) ? this.#pending : undefined;
    const request = pending?.request ?? answerOf(this.#expected ?? this.#stage.session.turn);
    if (pending === undefined) this.#expected = undefined;
    else this.#pending = undefined;
    this.#active = { id, request, end, cancelled: false };
    this.alive();
    if (request.turn < this.#stage.session.turn) this.#cancel();
    this.#settle();
    return request;
  }

  /** There was a sign of life. */
  alive(): void {
    if (this.#free) return;
    const { nextMs } = this.#host;
    this.#limit ??= this.#newLimit();
    this.#limit.set(
      nextMs,
      () => new ServiceError('timeout', `"${this.#stage.name}" gave no sign of an answer for ${nextMs} ms.`),
    );
  }

  /** A response is over; it may never have begun. */
  done(id: string, metadata?: unknown): void {
    if (this.#active === undefined) {
      if (this.#isOurs(metadata)) this.#pending = undefined;
    } else if ((this.#active.id ?? id) === id) this.#active = undefined;
    this.#next();
  }

  /** The service refuses the request of this name. Returns whether there is one. */
  refused(key: string): boolean {
    if (this.#pending?.key !== key) return false;
    this.#pending = undefined;
    this.#next();
    return true;
  }

  /**
   * A request came while a response was active; it is asked again after that. A service may not say which one it was, and it may
   * have been its own. Returns whether it is known what it is about.
   */
  conflict(key: string): boolean {
    const named = this.#pending?.key === key || key === '';
    const { turn } = this.#stage.session;
    const request = named ? (this.#pending?.request ?? (this.#expected === turn ? answerOf(turn) : undefined)) : undefined;
    // A request that is not pending any more was forgotten, since its turn is over or its response seemed to be.
    if (request === undefined) return key !== '' || this.#active !== undefined;
    if (this.#pending === undefined) this.#expected = undefined;
    this.#pending = undefined;
    if (request.turn === turn) this.#queue([request, ...this.#wanted]);
    // The one that is in its way is not known to us; its end will be told.
    this.#active ??= { id: undefined, request: answerOf(turn), end: () => undefined, cancelled: false };
    this.alive();
    this.#settle();
    return true;
  }

  /** The turn is dead. `byService`: the service knows, and stops by itself. */
  interrupted(byService: boolean): void {
    this.#wanted = [];
    if (byService && this.#active !== undefined) this.#active.cancelled = true;
    this.#cancel();
    this.#settle();
  }

  get #free(): boolean {
    const expects = this.#expected !== undefined && this.#expected === this.#stage.session.turn;
    return this.#pending === undefined && this.#active === undefined && !expects;
  }

  #queue(requests: readonly ResponseRequest[]): void {
    const lastAnswer = requests.findLastIndex(({ traits }) => traits === undefined);
    this.#wanted = requests.filter(({ traits }, index) => traits !== undefined || index === lastAnswer).slice(-maxWanted);
  }

  #cancel(): void {
    if (this.#active === undefined || this.#active.cancelled) return;
    this.#active.cancelled = true;
    this.#host.send(realtimeClientEvents.cancelResponse(this.#active.id));
  }

  #next(): void {
    const { turn } = this.#stage.session;
    this.#wanted = this.#wanted.filter((request) => request.turn === turn);
    const [request, ...others] = this.#wanted;
    if (request !== undefined && this.#state === 'online' && this.#free) {
      this.#wanted = others;
      this.#ask(request);
    }
    this.#settle();
  }

  #ask(request: ResponseRequest): void {
    const key = `${this.#stage.name}_${this.#stage.session.turn}_${++this.#count}`;
    this.#pending = { request, key };
    const { params } = request;
    // What takes no metadata is asked without a name.
    const named = isOf2024(this.#host.dialect)
      ? responseParamsOf2024(params)
      : { ...params, metadata: { ...params.metadata, [keyName]: key } };
    this.alive();
    this.#host.asked();
    this.#host.send(realtimeClientEvents.createResponse(named, key));
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
    const active = this.#active;
    this.#forget();
    // Else the output would wait for the rest of the sentence, and a graceful end for the output.
    active?.end();
    this.#stage.fail(reason);
    this.#next();
  }

  /** A graceful end waits for what is asked for. */
  #settle(): void {
    if (this.#free) {
      this.#limit?.clear();
      this.#limit = undefined;
    }
    if (this.idle) this.#relax();
    else this.#release ??= this.#stage.session.hold(`${this.#stage.name}, answering`);
  }

  /** Nobody waits; what was expected of a dead turn may still come, and is known for what it is. */
  #relax(): void {
    const release = this.#release;
    if (release === undefined) return;
    this.#release = undefined;
    release();
    this.#host.calm();
  }

  /** What was asked for, and what is being answered. */
  #forget(): void {
    this.#expected = undefined;
    this.#pending = undefined;
    this.#active = undefined;
    this.#limit?.clear();
    this.#limit = undefined;
  }
}

/** What the service answers by itself. */
const answerOf = (turn: number): ResponseRequest => ({ params: {}, turn, traits: undefined });
