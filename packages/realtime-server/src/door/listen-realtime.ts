import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { clientSecret } from './client-secrets.js';
import { DoorKeeper } from './door-keeper.js';
import { type DoorOptions, deflateOf, resolveDoorOptions } from './door-options.js';
import type { RealtimeEndpoint } from './engine-endpoint.js';
import { EphemeralKeys } from './ephemeral-keys.js';
import { type RealtimeServer, urlsOf } from './realtime-server.js';
import { type Refusal, refusalBody, refusals, refuseUpgrade } from './refusal.js';
import { routeOf } from './route.js';
import { SocketPeer } from './socket-peer.js';
import { within } from './within.js';

/** Half-open handshakes beside the sessions. */
const spareConnections = 128;

/**
 * Puts what takes clients in on a port: HTTP that refuses, checks keys and gives out short-lived ones, and WebSockets.
 * Rejects when the port cannot be had, and when the options do not fit.
 */
export async function listenRealtime(endpoint: RealtimeEndpoint, given: DoorOptions): Promise<RealtimeServer> {
  const options = resolveDoorOptions(given);
  const { clock, logger, tls, handshakeMs, maxSessions } = options;
  const { WebSocketServer } = await import('ws');
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: deflateOf(options.deflate),
    maxPayload: options.maxPayloadBytes,
    handleProtocols: (offered) => (offered.has('realtime') ? 'realtime' : false),
  });
  const limits = {
    headersTimeout: handshakeMs,
    requestTimeout: handshakeMs,
    connectionsCheckingInterval: Math.min(handshakeMs, 5_000),
  };
  const http: Server =
    tls === undefined ? createServer(limits) : createSecureServer({ ...limits, handshakeTimeout: handshakeMs, ...tls });
  http.maxConnections = maxSessions + spareConnections;
  const ephemeral = new EphemeralKeys(clock);
  const keeper = new DoorKeeper(options, ephemeral);
  const open = new Map<Duplex, SocketPeer | undefined>();
  const refused: Record<string, number> = {};
  let slowClients = 0;
  let past = { receivedBytes: 0, sentBytes: 0 };
  let closing = false;

  const count = ({ code }: Refusal): void => {
    refused[code] = (refused[code] ?? 0) + 1;
  };

  const upgrade = async (incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const refuse = (refusal: Refusal): void => {
      count(refusal);
      refuseUpgrade(socket, refusal);
    };
    socket.on('error', () => undefined);
    if (routeOf(incoming.url ?? '/') !== 'realtime') return refuse(refusals.noSuchPath);
    if (closing) return refuse(refusals.closing);
    if (open.size >= maxSessions) return refuse(refusals.full);
    open.set(socket, undefined);
    socket.once('close', () => {
      open.delete(socket);
      past = { receivedBytes: past.receivedBytes + bytesOf(socket).received, sentBytes: past.sentBytes + bytesOf(socket).sent };
    });
    const admission = await keeper.admit(incoming, true);
    if (socket.destroyed) return;
    if (closing) return refuse(refusals.closing);
    if ('refusal' in admission) return refuse(admission.refusal);
    sockets.handleUpgrade(incoming, socket, head, (webSocket) => {
      const peer = new SocketPeer(webSocket, {
        clock,
        pingMs: options.pingMs,
        maxBufferedBytes: options.maxBufferedBytes,
        closeMs: options.closeSocketMs,
        onSlow: () => {
          slowClients++;
        },
      });
      open.set(socket, peer);
      peer.attach(endpoint.accept(admission.request, peer));
    });
  };

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reply = (status: number, body: string): void => {
      response
        .writeHead(status, { 'content-type': 'application/json', ...(status === 426 ? { upgrade: 'websocket' } : {}) })
        .end(body);
      incoming.resume();
    };
    const refuse = (refusal: Refusal): void => {
      count(refusal);
      reply(refusal.status, refusalBody(refusal));
    };
    const route = routeOf(incoming.url ?? '/');
    if (route === undefined) return refuse(refusals.noSuchPath);
    if (route === 'realtime') return refuse(refusals.upgradeRequired);
    if (incoming.method !== 'POST') return refuse(refusals.noSuchMethod);
    const admission = await keeper.admit(incoming, false);
    if ('refusal' in admission) return refuse(admission.refusal);
    const { status, body } = await clientSecret(incoming, route, ephemeral, options.wallClock);
    reply(status, JSON.stringify(body));
  };

  http.on('upgrade', (incoming, socket, head) => {
    upgrade(incoming, socket, head).catch((error: unknown) => {
      logger.error('A handshake failed.', { error });
      socket.destroy();
    });
  });
  http.on('request', (incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      logger.error('A request failed.', { error });
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port, options.host, () => {
      http.off('error', reject);
      http.on('error', (error) => logger.error('The server has a problem.', { error }));
      resolve();
    });
  });
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const urls = urlsOf(options.host, port, tls !== undefined);
  let closed: Promise<void> | undefined;

  const close = async (drainMs: number): Promise<void> => {
    closing = true;
    const over = new Promise<void>((resolve) => {
      http.close(() => resolve());
    });
    http.closeIdleConnections();
    await endpoint.close({ drainMs });
    const left = [...open.values()].filter((peer) => peer !== undefined);
    for (const peer of left) peer.close(1001, 'The server is closing.');
    await within(clock, options.closeSocketMs, allClosed(open), () => new Error('Too slow.')).catch(() => undefined);
    for (const [socket, peer] of open) {
      peer?.terminate();
      socket.destroy();
    }
    http.closeAllConnections();
    await over;
  };

  return {
    url: urls.ga,
    urls,
    port,
    get calls() {
      return endpoint.calls;
    },
    get counts() {
      let { receivedBytes, sentBytes } = past;
      for (const socket of open.keys()) {
        const { received, sent } = bytesOf(socket);
        receivedBytes += received;
        sentBytes += sent;
      }
      return { ...endpoint.counts, refused: { ...refused }, slowClients, receivedBytes, sentBytes };
    },
    close({ drainMs = 0 } = {}) {
      closed ??= close(drainMs);
      return closed;
    },
  };
}

const allClosed = (open: ReadonlyMap<Duplex, unknown>): Promise<unknown> =>
  Promise.all(
    [...open.keys()].map(
      (socket) =>
        new Promise<void>((resolve) => {
          if (socket.destroyed) resolve();
          else socket.once('close', () => resolve());
        }),
    ),
  );

/** What went over a socket, be it plain or TLS. */
function bytesOf(socket: Duplex): { readonly received: number; readonly sent: number } {
  const read = 'bytesRead' in socket && typeof socket.bytesRead === 'number' ? socket.bytesRead : 0;
  const written = 'bytesWritten' in socket && typeof socket.bytesWritten === 'number' ? socket.bytesWritten : 0;
  return { received: read, sent: written };
}
