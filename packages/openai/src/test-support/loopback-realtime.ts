import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

export interface LoopbackRealtime {
  /** `ws://127.0.0.1:PORT/v1/realtime`. */
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
  /** Resolves when the first handshake has come. */
  arrived(): Promise<void>;
  /** Resolves with the next connection that nobody has asked for yet. */
  nextSocket(): Promise<WebSocket>;
}

/** What a server answers a handshake with instead of 101. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Says no more, and keeps the connection open. @defaultValue false */
  readonly stays?: boolean;
}

/** A real WebSocket server on the loopback interface; it closes with the test. */
export async function loopbackRealtime(
  options: {
    readonly refuse?: Refusal | 'silently' | 'hang';
    readonly deflate?: boolean;
    readonly takesProtocols?: boolean;
  } = {},
): Promise<LoopbackRealtime> {
  const { refuse, deflate = false, takesProtocols = true } = options;
  const requests: IncomingMessage[] = [];
  const arrived: WebSocket[] = [];
  const waiting: ((socket: WebSocket) => void)[] = [];
  const server = createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: deflate,
    ...(takesProtocols ? {} : { handleProtocols: () => false }),
  });
  server.on('upgrade', (request, wire, head) => {
    requests.push(request);
    wire.on('error', () => undefined);
    if (refuse === 'hang') return;
    if (refuse === 'silently') wire.destroy();
    else if (refuse === undefined) {
      sockets.handleUpgrade(request, wire, head, (socket) => {
        const next = waiting.shift();
        if (next === undefined) arrived.push(socket);
        else next(socket);
      });
    } else {
      const { status, headers = {}, body = '', stays = false } = refuse;
      const lines = Object.entries({ 'Content-Length': Buffer.from(body).length, Connection: 'close', ...headers });
      const answer = [`HTTP/1.1 ${status} No`, ...lines.map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n');
      if (stays) wire.write(answer);
      else wire.end(answer);
    }
  });
  const first = once(server, 'upgrade');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    for (const { socket } of requests) socket.destroy();
    await closed;
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/realtime`,
    requests,
    arrived: () => first.then(() => undefined),
    nextSocket: () =>
      new Promise((resolve) => {
        const there = arrived.shift();
        if (there === undefined) waiting.push(resolve);
        else resolve(there);
      }),
  };
}
