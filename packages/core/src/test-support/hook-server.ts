import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

/** What was posted to a {@link hookServer}. */
export interface HookRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An endpoint on the loopback interface that takes JSON. */
export interface HookServer {
  readonly url: string;
  /** In the order in which they came, with those that were not answered well. */
  readonly requests: readonly HookRequest[];
  /** Resolves when the next request is there. */
  next(): Promise<void>;
  close(): void;
}

/** `answer` gets the number of the request; it answers 204 if that does nothing. */
export async function hookServer(
  answer: (response: ServerResponse, index: number) => unknown = () => undefined,
): Promise<HookServer> {
  const requests: HookRequest[] = [];
  let waiting: (() => void)[] = [];
  const http = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      requests.push({ headers: incoming.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      for (const resolve of waiting) resolve();
      waiting = [];
      if (answer(response, requests.length - 1) === undefined) response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/events`,
    requests,
    next: () => new Promise((resolve) => waiting.push(resolve)),
    close() {
      http.closeAllConnections();
      http.close();
    },
  };
}
