import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server got it. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  /** Resolves when the client has gone away. */
  readonly closed: Promise<void>;
}

/** What the server does with one request. */
export type Behaviour = (response: ServerResponse, request: SeenRequest) => unknown;

/** A real HTTP server on the loopback interface that plays one behaviour a request; the last one repeats. */
export interface LoopbackServer {
  readonly baseURL: string;
  readonly requests: readonly SeenRequest[];
  /** Resolves with the request of this number, counted from 0, as soon as it is there. */
  arrived(index: number): Promise<SeenRequest>;
  stop(): Promise<void>;
}

const listening = (server: Server): Promise<void> => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

export async function loopbackServer(...behaviours: readonly Behaviour[]): Promise<LoopbackServer> {
  const requests: SeenRequest[] = [];
  const waiting = new Map<number, (request: SeenRequest) => void>();
  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const closed = new Promise<void>((resolve) => response.once('close', () => resolve()));
      const body = JSON.parse(Buffer.concat(parts).toString('utf8') || '{}');
      const seen: SeenRequest = { path: incoming.url ?? '', headers: incoming.headers, body, closed };
      const index = requests.push(seen) - 1;
      waiting.get(index)?.(seen);
      void behaviours[Math.min(index, behaviours.length - 1)]?.(response, seen);
    });
  });
  await listening(server);
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    requests,
    arrived: (index) =>
      new Promise((resolve) => {
        const there = requests[index];
        if (there === undefined) waiting.set(index, resolve);
        else resolve(there);
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const eventStream = { 'content-type': 'text/event-stream; charset=utf-8' };

/** One event as it stands on the wire. */
export const event = (data: unknown): string => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** A chunk with a delta. */
export const delta = (fields: object, finish: string | null = null): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'test',
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
});

export const done = event('[DONE]');

/** Sends these pieces of bytes or text, each as a packet of its own, and closes in good order. */
export const streams =
  (...pieces: readonly (string | Uint8Array)[]): Behaviour =>
  async (response) => {
    response.writeHead(200, eventStream);
    for (const piece of pieces) await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    response.end();
  };

/** Sends these pieces and then tears the connection down. */
export const breaksOff =
  (...pieces: readonly string[]): Behaviour =>
  async (response) => {
    response.writeHead(200, eventStream);
    response.flushHeaders();
    for (const piece of pieces) await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    response.destroy();
  };

/** Sends these pieces and then nothing more. */
export const hangs =
  (...pieces: readonly string[]): Behaviour =>
  (response) => {
    response.writeHead(200, eventStream);
    response.flushHeaders();
    for (const piece of pieces) response.write(piece);
  };

/** Answers with an error, as OpenAI writes it. */
export const fails =
  (status: number, error: object = {}, headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error }));
  };
