import type { IncomingMessage } from 'node:http';
import type { Clock, ErrorCategory } from '@voxrill/core';
import { refusalText, refusedHandshake } from '@voxrill/openai';
import type { RealtimePeer, RealtimeReceiver } from '../door/realtime-peer.js';
import { SocketPeer } from '../door/socket-peer.js';
import type { ProviderTarget } from './provider-target.js';

/** Why there is no connection to the provider. */
export interface ProviderRefusal {
  readonly code: string;
  readonly message: string;
  /** Of the error that a client is told. @defaultValue 'server_error' */
  readonly type?: 'invalid_request_error' | 'server_error';
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
    void refusalText(response, options.clock).then((body) => refuse(refusalOf(response.statusCode ?? 0, body, target)));
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

/** Says it in words from which a client takes the same as if it had been refused itself: whether to come again. */
function refusalOf(status: number, body: string, { url, headers, deflate }: ProviderTarget): ProviderRefusal {
  const { error } = refusedHandshake({ status, headers: {}, body }, { url, headers, protocols: [], deflate });
  // What the provider itself says of it may hold a part of the key.
  const message = `The provider refused the connection (HTTP ${status}).`;
  const code = codes[error.category] ?? 'provider_refused';
  return { code, message, type: error.category === 'invalid-request' ? 'invalid_request_error' : 'server_error' };
}

const codes: Readonly<Partial<Record<ErrorCategory, string>>> = {
  authentication: 'provider_authentication_failed',
  authorization: 'provider_authentication_failed',
  quota: 'insufficient_quota',
  'rate-limit': 'rate_limit_exceeded',
  timeout: 'provider_timeout',
  server: 'provider_unavailable',
};
