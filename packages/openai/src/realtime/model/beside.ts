import { type Clock, ServiceError } from '@voxrill/core';
import { realtimeError } from '../link/realtime-error.js';
import { realtimeClientEvents } from '../protocol/client-events.js';
import type { RealtimeDialectName } from '../protocol/dialect.js';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import type { RealtimeResponse, RealtimeResponseParams } from '../protocol/schema/response-schema.js';
import { isOf2024 } from './response-params-of-2024.js';

interface Asked {
  readonly resolve: (response: RealtimeResponse) => void;
  readonly reject: (error: ServiceError) => void;
  /** Known once it has begun. */
  responseId: string | undefined;
  cancelTimer: () => void;
}

/** What is needed to ask beside the conversation. */
export interface BesideHost {
  /** Of the processor. */
  readonly name: string;
  readonly clock: Clock;
  readonly dialect: RealtimeDialectName;
  /** How long the service may take for the next sign of life. */
  readonly nextMs: number;
  /** Whether there is a connection that took it. */
  readonly send: (event: RealtimeClientEvent) => boolean;
  /** No question is open any more. */
  readonly calm: () => void;
}

const keyName = 'voxrill_beside';
/** How many questions are open at a time; a service takes few at once. */
const maxAsked = 64;

/** Responses beside the conversation, which neither wait for it nor add to it. */
export class BesideDesk {
  readonly #host: BesideHost;
  readonly #asked = new Map<string, Asked>();
  #count = 0;

  constructor(host: BesideHost) {
    this.#host = host;
  }

  /** No question is open. */
  get idle(): boolean {
    return this.#asked.size === 0;
  }

  ask(params: RealtimeResponseParams): Promise<RealtimeResponse> {
    const { name, dialect, send } = this.#host;
    if (isOf2024(dialect)) {
      const message = `"${name}" speaks "${dialect}", which has no questions beside the conversation: use another dialect.`;
      return Promise.reject(new ServiceError('invalid-request', message));
    }
    const key = `${name}_beside_${++this.#count}`;
    return new Promise((resolve, reject) => {
      if (this.#asked.size >= maxAsked) {
        reject(new ServiceError('overload', `"${name}" has ${maxAsked} questions open: ask again when some are answered.`));
        return;
      }
      const asked: Asked = { resolve, reject, responseId: undefined, cancelTimer: () => undefined };
      this.#asked.set(key, asked);
      this.#wait(key, asked);
      const metadata = { ...params.metadata, [keyName]: key };
      const sent = send(
        realtimeClientEvents.createResponse({ output_modalities: ['text'], ...params, conversation: 'none', metadata }, key),
      );
      if (!sent) this.#settle(key)?.reject(new ServiceError('connectivity', `"${name}" is not connected: ask again later.`));
    });
  }

  /** A response begins; returns whether it is one of these. */
  began({ id, metadata }: RealtimeResponse): boolean {
    const key = metadata?.[keyName];
    const asked = key === undefined ? undefined : this.#asked.get(key);
    if (key !== undefined && asked !== undefined) {
      asked.responseId = id;
      this.#wait(key, asked);
    }
    return key !== undefined;
  }

  /** Something of a response has come. */
  alive(responseId: string): void {
    for (const [key, asked] of this.#asked) if (asked.responseId === responseId) this.#wait(key, asked);
  }

  /** A response is over; returns whether it is one of these. */
  done(response: RealtimeResponse): boolean {
    const key = response.metadata?.[keyName];
    if (key === undefined) return false;
    const asked = this.#settle(key);
    if (response.status === 'failed') {
      const error = response.status_details?.error ?? {};
      const message = error.message ?? 'The service could not answer: ask again.';
      asked?.reject(new ServiceError(realtimeError(error).category, message, { usable: true }));
    } else asked?.resolve(response);
    return true;
  }

  /** An error names a request; returns whether it is one of these. */
  refused(key: string, error: ServiceError): boolean {
    const asked = this.#settle(key);
    asked?.reject(error);
    return asked !== undefined;
  }

  /** Nothing more will come of what was asked. */
  lost(error: ServiceError): void {
    for (const key of [...this.#asked.keys()]) this.#settle(key)?.reject(error);
  }

  #wait(key: string, asked: Asked): void {
    const { name, clock, nextMs } = this.#host;
    const message = `"${name}" gave no sign of an answer for ${nextMs} ms: ask again.`;
    asked.cancelTimer();
    asked.cancelTimer = clock.setTimer(() => this.#settle(key)?.reject(new ServiceError('timeout', message)), nextMs);
  }

  #settle(key: string): Asked | undefined {
    const asked = this.#asked.get(key);
    this.#asked.delete(key);
    asked?.cancelTimer();
    if (asked !== undefined && this.idle) this.#host.calm();
    return asked;
  }
}
