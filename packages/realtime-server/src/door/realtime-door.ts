import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { WebSocketServer } from 'ws';
import { clientSecret } from './client-secrets.js';
import { DoorKeeper } from './door-keeper.js';
import type { ResolvedDoorOptions } from './door-options.js';
import type { RealtimeEndpoint } from './engine-endpoint.js';
import { EphemeralKeys } from './ephemeral-keys.js';
import { listenError } from './listen-error.js';
import { OpenSockets } from './open-sockets.js';
import type { RealtimeServerCounts } from './realtime-server.js';
import { type Refusal, refusalBody, refusals, refuseUpgrade } from './refusal.js';
import { routeOf } from './route.js';
import { SocketPeer } from './socket-peer.js';

/** Half-open handshakes beside the sessions. */
const spareConnections = 128;

/** HTTP that refuses, checks keys and gives out short-lived ones, and shakes hands for WebSockets. */
export class RealtimeDoor {
  readonly #endpoint: RealtimeEndpoint;
  readonly #options: ResolvedDoorOptions;
  readonly #webSockets: WebSocketServer;
  readonly #http: Server;
  readonly #ephemeral: EphemeralKeys;
  readonly #keeper: DoorKeeper;
  readonly #sockets = new OpenSockets();
  /** Every connection, also those that have said nothing yet. */
  readonly #connections = new Set<Duplex>();
  readonly #refused: Record<string, number> = {};
  #slowClients = 0;
  #closed: Promise<void> | undefined;

  /** `webSockets`: without a server of its own. */
  constructor(endpoint: RealtimeEndpoint, options: ResolvedDoorOptions, webSockets: WebSocketServer) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.#webSockets = webSockets;
    this.#ephemeral = new EphemeralKeys(options.clock);
    this.#keeper = new DoorKeeper(options, this.#ephemeral);
    this.#http = httpServer(options);
    this.#http.maxConnections = options.maxSessions + spareConnections;
    this.#http.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    this.#http.on('upgrade', (incoming, socket, head) => {
      this.#upgrade(incoming, socket, head).catch((error: unknown) => {
        options.logger.error('A handshake failed.', { error });
        socket.destroy();
      });
    });
    this.#http.on('request', (incoming, response) => {
      this.#answer(incoming, response).catch((error: unknown) => {
        options.logger.error('A request failed.', { error });
        response.destroy();
      });
    });
  }

  get counts(): RealtimeServerCounts {
    return { ...this.#endpoint.counts, refused: { ...this.#refused }, slowClients: this.#slowClients, ...this.#sockets.bytes };
  }

  /** Begins to listen; resolves with the port. Rejects with a sentence when it cannot be had. */
  listen(): Promise<number> {
    const http = this.#http;
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      const refused = (error: Error): void => reject(listenError(error, host, port));
      http.once('error', refused);
      http.listen(port, host, () => {
        http.off('error', refused);
        http.on('error', (error) => this.#options.logger.error('The server has a problem.', { error }));
        const address = http.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  close(drainMs: number): Promise<void> {
    this.#closed ??= this.#close(drainMs);
    return this.#closed;
  }

  async #close(drainMs: number): Promise<void> {
    const over = new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
    this.#http.closeIdleConnections();
    await this.#endpoint.close({ drainMs });
    await this.#sockets.close(this.#options.clock, this.#options.closeSocketMs);
    for (const connection of this.#connections) connection.destroy();
    await over;
  }

  async #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => undefined);
    const refuse = (refusal: Refusal): void => {
      this.#count(refusal);
      refuseUpgrade(socket, refusal);
    };
    if (routeOf(incoming.url ?? '/') !== 'realtime') return refuse(refusals.noSuchPath);
    if (this.#closed !== undefined) return refuse(refusals.closing);
    if (this.#sockets.size >= this.#options.maxSessions) return refuse(refusals.full);
    this.#sockets.add(socket);
    const admission = await this.#keeper.admit(incoming, true);
    if (socket.destroyed) return;
    if (this.#closed !== undefined) return refuse(refusals.closing);
    if ('refusal' in admission) return refuse(admission.refusal);
    this.#webSockets.handleUpgrade(incoming, socket, head, (webSocket) => {
      const { clock, pingMs, maxBufferedBytes, closeSocketMs: closeMs } = this.#options;
      const onSlow = (): void => {
        this.#slowClients++;
      };
      const peer = new SocketPeer(webSocket, { clock, pingMs, maxBufferedBytes, closeMs, onSlow });
      this.#sockets.connected(socket, peer);
      peer.attach(this.#endpoint.accept(admission.request, peer));
    });
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, body: string): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...(status === 426 ? { upgrade: 'websocket' } : {}) });
      response.end(body);
      incoming.resume();
    };
    const refuse = (refusal: Refusal): void => {
      this.#count(refusal);
      reply(refusal.status, refusalBody(refusal));
    };
    const route = routeOf(incoming.url ?? '/');
    if (route === undefined) return refuse(refusals.noSuchPath);
    if (route === 'realtime') return refuse(refusals.upgradeRequired);
    if (incoming.method !== 'POST') return refuse(refusals.noSuchMethod);
    const admission = await this.#keeper.admit(incoming, false);
    if ('refusal' in admission) return refuse(admission.refusal);
    const { status, body } = await clientSecret(incoming, route, this.#ephemeral, this.#options.wallClock);
    reply(status, JSON.stringify(body));
  }

  #count({ code }: Refusal): void {
    this.#refused[code] = (this.#refused[code] ?? 0) + 1;
  }
}

function httpServer({ tls, handshakeMs }: ResolvedDoorOptions): Server {
  const connectionsCheckingInterval = Math.min(handshakeMs, 5_000);
  const limits = { headersTimeout: handshakeMs, requestTimeout: handshakeMs, connectionsCheckingInterval };
  return tls === undefined ? createServer(limits) : createSecureServer({ ...limits, handshakeTimeout: handshakeMs, ...tls });
}
