import type { IncomingMessage } from 'node:http';
import { hasUnreadableKey, keyOf, protocolsOf } from './credentials.js';
import type { ResolvedDoorOptions } from './door-options.js';
import type { EphemeralKeys } from './ephemeral-keys.js';
import { type KeyCheck, keyCheck } from './key-check.js';
import { originCheck } from './origin-check.js';
import type { RealtimeRequest } from './realtime-peer.js';
import { type Refusal, refusals } from './refusal.js';
import { within } from './within.js';

/** Who asks, and may come in; or why not. */
export type Admission = { readonly request: RealtimeRequest } | { readonly refusal: Refusal };

/** Decides who may come in, by key and origin. */
export class DoorKeeper {
  readonly #options: ResolvedDoorOptions;
  readonly #ephemeral: EphemeralKeys;
  readonly #acceptsKey: KeyCheck;
  readonly #acceptsOrigin: (origin: string | undefined) => boolean;

  constructor(options: ResolvedDoorOptions, ephemeral: EphemeralKeys) {
    this.#options = options;
    this.#ephemeral = ephemeral;
    this.#acceptsKey = keyCheck(options.keys);
    this.#acceptsOrigin = originCheck(options.origins, options.keys !== undefined);
  }

  /** `mayBeEphemeral`: a key that was given out may connect, and may not give out others. */
  async admit(incoming: IncomingMessage, mayBeEphemeral: boolean): Promise<Admission> {
    const { headers } = incoming;
    const url = incoming.url ?? '/';
    if (!this.#acceptsOrigin(headers.origin)) return { refusal: refusals.wrongOrigin };
    const protocols = protocolsOf(headers);
    const key = keyOf(url, headers, protocols);
    const request: RealtimeRequest = { url, headers, protocols };
    const ephemeral = mayBeEphemeral ? this.#ephemeral.find(key) : undefined;
    if (ephemeral !== undefined) {
      return { request: ephemeral.session === undefined ? request : { ...request, session: ephemeral.session } };
    }
    const { clock, handshakeMs, keys, logger } = this.#options;
    if (keys === undefined) return { request };
    if (key === undefined) return { refusal: hasUnreadableKey(headers) ? refusals.unreadableKey : refusals.missingKey };
    try {
      const asked = this.#acceptsKey(key, request);
      const accepted =
        typeof asked === 'boolean'
          ? asked
          : await within(clock, handshakeMs, asked, () => new Error('The check of a key takes too long.'));
      return accepted === true ? { request } : { refusal: refusals.wrongKey };
    } catch (error) {
      logger.error('A key could not be checked.', { error });
      return { refusal: refusals.keyCheckFailed };
    }
  }
}
