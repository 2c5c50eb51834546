import type { IncomingMessage } from 'node:http';
import type { Clock } from '@voxrill/core';
import type { RealtimePeer, RealtimeReceiver } from '../door/realtime-peer.js';
import { SocketPeer } from '../door/socket-peer.js';
import type { ProviderTarget } from './provider-target.js';

/** Why there is no connection to the provider. */
export interface ProviderRefusal {
  readonly code: string;
  readonly message: string;
}

/** What a connection to the provider goes by. */
export interface UpstreamOptions {
  readonly clock: Clock;
  readonly connectMs: number;
  readonly pingMs: number;
  readonly maxBufferedBytes: number;
  readonly maxPayloadBytes: number;
  readonly closeSocketMs: number;
}

/** What is told of a connection to the provider: either `opened`, after which `receiver` is used, or `refused`. */
export interface UpstreamEvents {
  readonly receiver: RealtimeReceiver;
  opened(peer: RealtimePeer): void;
  refused(refusal: ProviderRefusal): void;
}

/** Connects to a provider; the returned function gives it up. */
export type OpenUpstream = (target: ProviderTarget, options: UpstreamOptions, events: UpstreamEvents) => Promise<() => void>;

/** The provider over a WebSocket. */
export const openUpstream: OpenUpstream = async (target, options, events) => {
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(target.url, {
    headers: target.headers,
    perMessageDeflate: target.deflate,
    maxPayload: options.maxPayloadBytes,
  });
  let settled = false;
  const refuse = (refusal: ProviderRefusal): void => {
    if (settled) return;
    settled = true;
    takeBack();
    events.refused(refusal);
    socket.terminate();
  };
  const takeBack = options.clock.setTimer(
    () => refuse({ code: 'provider_timeout', message: `The provider did not answer within ${options.connectMs} ms.` }),
    options.connectMs,
  );
  socket.on('unexpected-response', (_, response: IncomingMessage) => {
    // What the provider says of it may hold a part of the key.
    response.resume();
    refuse(refusalOf(response.statusCode ?? 0));
  });
  socket.on('error', () => refuse({ code: 'provider_unreachable', message: 'The provider cannot be reached.' }));
  socket.on('open', () => {
    if (settled) return;
    settled = true;
    takeBack();
    const peer = new SocketPeer(socket, {
      clock: options.clock,
      pingMs: options.pingMs,
      maxBufferedBytes: options.maxBufferedBytes,
      closeMs: options.closeSocketMs,
      onSlow: () => undefined,
    });
    peer.attach(events.receiver);
    events.opened(peer);
  });
  return () => {
    settled = true;
    takeBack();
    socket.terminate();
  };
};

function refusalOf(status: number): ProviderRefusal {
  const message = `The provider refused the connection (HTTP ${status}).`;
  if (status === 401 || status === 403) return { code: 'provider_authentication_failed', message };
  if (status === 429) return { code: 'rate_limit_exceeded', message };
  return { code: status >= 500 ? 'provider_unavailable' : 'provider_refused', message };
}
