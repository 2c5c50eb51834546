import { dialectOfConnection, realtimeIds } from '@voxrill/openai';
import { askedModel } from '../door/asked-model.js';
import { CallRecord } from '../door/call-record.js';
import type { RealtimeEndpoint } from '../door/engine-endpoint.js';
import { fencedHook } from '../door/fenced-hook.js';
import { listenRealtime } from '../door/listen-realtime.js';
import { OpenCalls } from '../door/open-calls.js';
import type { RealtimeServer } from '../door/realtime-server.js';
import { WireEnd } from '../door/wire-end.js';
import { type RelayRealtimeOptions, resolveRelayOptions } from './relay-options.js';
import { RelayedCall } from './relayed-call.js';

/**
 * Serves a Realtime endpoint that passes each call on to a provider, whose key stays here. Clients use keys of their own, or
 * none on this machine. Events pass as they are; a client of the beta is translated for a provider of today. Hooks may see,
 * change and block them, and a recorder writes them down. Rejects when the provider or another option does not fit, and when the
 * port cannot be had.
 *
 * @example
 * ```ts
 * const relay = await relayRealtime({
 *   provider: { url: 'wss://api.openai.com/v1/realtime', apiKey: process.env.OPENAI_API_KEY ?? '' },
 *   hooks: { client: (event) => (event.type === 'session.update' ? undefined : event) },
 * });
 * console.log(relay.url);
 * await relay.close();
 * ```
 */
export async function relayRealtime(options: RelayRealtimeOptions): Promise<RealtimeServer> {
  return listenRealtime(relayEndpoint(options), options);
}

/** A relay without a socket towards its clients. */
export function relayEndpoint(given: RelayRealtimeOptions): RealtimeEndpoint {
  const resolved = resolveRelayOptions(given);
  const { clock, logger } = resolved;
  const record = fencedHook('record', given.record, logger);
  const options = record === undefined ? resolved : { ...resolved, record };
  const log = fencedHook('log', given.log, logger);
  const onCall = fencedHook('onCall', given.onCall, logger);
  const calls = new OpenCalls(clock);
  const nextId = realtimeIds();

  return {
    accept(request, peer) {
      const record = new CallRecord({
        id: nextId('call'),
        model: askedModel(request) ?? '',
        url: request.url,
        dialect: options.dialect === 'auto' ? dialectOfConnection(request) : options.dialect,
        close: (code, reason) => call.close(code, reason),
      });
      const call = new RelayedCall(request, new WireEnd(peer, record, log, nextId), options);
      calls.add(call);
      onCall?.(call.info);
      return call;
    },
    get calls() {
      return calls.list;
    },
    get counts() {
      return calls.counts;
    },
    close: ({ drainMs = 0 } = {}) => calls.close(drainMs, options.closeMs),
  };
}
