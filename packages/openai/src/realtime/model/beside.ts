import { ServiceError } from '@voxrill/core';
import { realtimeClientEvents } from '../protocol/client-events.js';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import type { RealtimeResponse, RealtimeResponseParams } from '../protocol/schema/response-schema.js';

interface Asked {
  readonly resolve: (response: RealtimeResponse) => void;
  readonly reject: (error: ServiceError) => void;
}

const keyName = 'voxrill_beside';

/** Responses beside the conversation, which neither wait for it nor add to it. */
export class BesideDesk {
  readonly #name: string;
  readonly #send: (event: RealtimeClientEvent) => boolean;
  readonly #asked = new Map<string, Asked>();
  #count = 0;

  constructor(name: string, send: (event: RealtimeClientEvent) => boolean) {
    this.#name = name;
    this.#send = send;
  }

  ask(params: RealtimeResponseParams): Promise<RealtimeResponse> {
    const key = `${this.#name}_beside_${++this.#count}`;
    return new Promise((resolve, reject) => {
      this.#asked.set(key, { resolve, reject });
      const metadata = { ...params.metadata, [keyName]: key };
      const sent = this.#send(
        realtimeClientEvents.createResponse({ output_modalities: ['text'], ...params, conversation: 'none', metadata }, key),
      );
      if (!sent)
        this.#settle(key)?.reject(new ServiceError('connectivity', `"${this.#name}" is not connected: ask again later.`));
    });
  }

  /** A response is over; returns whether it is one of these. */
  done(response: RealtimeResponse): boolean {
    const key = response.metadata?.[keyName];
    if (key === undefined) return false;
    const asked = this.#settle(key);
    if (response.status === 'failed') {
      const message = response.status_details?.error?.message ?? 'The service could not answer.';
      asked?.reject(new ServiceError('server', message));
    } else asked?.resolve(response);
    return true;
  }

  /** An error names a request; returns whether it is one of these. */
  refused(key: string, error: ServiceError): boolean {
    const asked = this.#settle(key);
    asked?.reject(error);
    return asked !== undefined;
  }

  /** Whether a response that begins is one of these. */
  knows({ metadata }: RealtimeResponse): boolean {
    return metadata?.[keyName] !== undefined;
  }

  /** Nothing more will come of what was asked. */
  lost(error: ServiceError): void {
    for (const key of [...this.#asked.keys()]) this.#settle(key)?.reject(error);
  }

  #settle(key: string): Asked | undefined {
    const asked = this.#asked.get(key);
    this.#asked.delete(key);
    return asked;
  }
}
