import { type ClientOptions, WebSocket } from 'ws';

/** An event as a client reads it. */
export type SeenEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

/** A client of the protocol that does nothing by itself. */
export interface SocketClient {
  readonly socket: WebSocket;
  /** All that came, as it came. */
  readonly texts: readonly string[];
  readonly events: readonly SeenEvent[];
  /** Resolves with how it was closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  send(event: object | string): void;
  /** The next event of this type that was not taken yet; rejects when the connection ends first. */
  next(type: string): Promise<SeenEvent>;
  close(): Promise<void>;
}

/** Connects; rejects with the status and the body when the handshake is refused. */
export function socketClient(
  url: string,
  options: ClientOptions & { readonly protocols?: string[] } = {},
): Promise<SocketClient> {
  const { protocols = [], ...rest } = options;
  const socket = new WebSocket(url, protocols, { perMessageDeflate: false, ...rest });
  const texts: string[] = [];
  const events: SeenEvent[] = [];
  const taken = new Set<SeenEvent>();
  const waiting = new Set<() => void>();
  let end: { code: number; reason: string } | undefined;
  const wake = (): void => {
    for (const look of [...waiting]) look();
  };
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      end = { code, reason: reason.toString() };
      resolve(end);
      wake();
    });
  });
  socket.on('message', (data) => {
    const text = data.toString();
    texts.push(text);
    events.push(JSON.parse(text) as SeenEvent);
    wake();
  });
  const client: SocketClient = {
    socket,
    texts,
    events,
    closed,
    send: (event) => socket.send(typeof event === 'string' ? event : JSON.stringify(event)),
    next: (type) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events.find((event) => event.type === type && !taken.has(event));
          if (found === undefined && end === undefined) return;
          waiting.delete(look);
          if (found === undefined) {
            reject(new Error(`Closed with ${end?.code} ${end?.reason} before ${type}.`));
            return;
          }
          taken.add(found);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: () => {
      socket.close();
      return closed.then(() => undefined);
    },
  };
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(client));
    socket.on('error', reject);
    socket.on('unexpected-response', (_, response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => reject(new HandshakeRefused(response.statusCode ?? 0, body)));
    });
  });
}

/** A handshake was answered with HTTP. */
export class HandshakeRefused extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`HTTP ${status} ${body}`);
    this.status = status;
    this.body = body;
  }
}
