import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { Clock } from '../../clock/clock.js';
import { realClock } from '../../clock/real-clock.js';
import { VirtualClock } from '../../clock/virtual-clock.js';
import type { ToolCall } from '../tool.js';
import { type WebhookToolOptions, webhookTool } from './webhook-tool.js';

interface Request {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const close: (() => void)[] = [];
afterEach(() => {
  for (const run of close.splice(0)) run();
});

/** A server on the loopback interface that answers by script, the last step again and again. */
async function server(...steps: readonly ((response: ServerResponse) => void)[]) {
  const requests: Request[] = [];
  const http = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method, url, headers } = incoming;
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      (steps[requests.length - 1] ?? steps.at(-1))?.(response);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  close.push(() => {
    http.closeAllConnections();
    http.close();
  });
  const address = http.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}/hook`, requests };
}

const json =
  (status: number, body: unknown) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

function tool(url: string, options: Partial<WebhookToolOptions<{ city: string; days?: number | undefined }>> = {}) {
  return webhookTool({
    name: 'forecast',
    description: 'Tells the weather.',
    parameters: z.object({ city: z.string(), days: z.number().optional() }),
    url,
    backoffMs: 1,
    ...options,
  });
}

const aCall = (options: Partial<ToolCall> = {}): ToolCall => ({
  id: 'call-1',
  signal: new AbortController().signal,
  clock: realClock(),
  progress: () => undefined,
  ...options,
});

test('a call posts its arguments as JSON with its id as the idempotency key, and the answer is the result (S001-62)', async () => {
  const { url, requests } = await server(json(200, { celsius: 21 }));
  const result = await tool(url, { headers: { authorization: 'Bearer x' } }).call('{"city":"Paris"}', aCall());
  expect(result).toEqual({ celsius: 21 });
  expect(requests).toMatchObject([
    {
      ...{ method: 'POST', url: '/hook', body: '{"city":"Paris"}' },
      headers: { 'content-type': 'application/json', 'idempotency-key': 'call-1', authorization: 'Bearer x' },
    },
  ]);
});

test('an answer of 429 or 5xx and a broken connection are tried again, with the same key (S001-62)', async () => {
  const { url, requests } = await server(
    json(503, {}),
    json(429, {}),
    (response) => response.destroy(),
    (response) => response.end('sunny'),
  );
  expect(await tool(url, { retries: 3 }).call('{"city":"Paris"}', aCall())).toBe('sunny');
  expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(4).fill('call-1'));
});

test('another 4xx is not tried again, and the model is told in a sentence (S001-62)', async () => {
  const { url, requests } = await server(json(404, { error: 'No such city' }));
  await expect(tool(url).call('{"city":"Atlantis"}', aCall())).rejects.toThrow(
    'The service answered 404 Not Found: {"error":"No such city"}.',
  );
  expect(requests.length).toBe(1);
});

test('who fails again and again is given up, and the model is told how often it was tried', async () => {
  const { url, requests } = await server(json(500, {}));
  await expect(tool(url, { retries: 1 }).call('{"city":"Paris"}', aCall())).rejects.toThrow(
    'The service answered 500 Internal Server Error: {}. It was tried 2 times.',
  );
  expect(requests.length).toBe(2);
});

test('a service that cannot be reached is told in a sentence without an address', async () => {
  const fetch = (): Promise<Response> =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) }));
  await expect(tool('http://127.0.0.1:9', { fetch, retries: 0 }).call('{"city":"Paris"}', aCall())).rejects.toThrow(
    /^The service could not be reached: ECONNREFUSED\. It was tried 1 time\.$/u,
  );
});

test('the waits between attempts double, on the clock of the session, and an attempt that hangs is cut short (S001-62)', async () => {
  const clock = new VirtualClock();
  const at: number[] = [];
  const fetch = (_url: unknown, init?: RequestInit): Promise<Response> => {
    at.push(clock.now());
    if (at.length < 3) return Promise.resolve(new Response('', { status: 503 }));
    return new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
  };
  const options = { fetch, retries: 3, backoffMs: 100, timeoutMs: 1000 };
  // Nothing here is outside the clock, so nothing has to be waited for in real time.
  const inside = aCall({ clock: insideOf(clock) });
  const failed = expect(tool('http://127.0.0.1:9', options).call('{"city":"Paris"}', inside)).rejects.toThrow(
    'The service did not answer within 1000 ms. It was tried 4 times.',
  );
  await clock.advance(10_000);
  await failed;
  expect(at).toEqual([0, 100, 300, 1700]);
  expect(clock.pendingTimers).toBe(0);
});

function insideOf(clock: VirtualClock): Clock {
  return {
    now: () => clock.now(),
    setTimer: (run: () => void, delayMs: number) => clock.setTimer(run, delayMs),
    sleep: (delayMs: number, signal?: AbortSignal) => clock.sleep(delayMs, signal),
    external: <T>(work: Promise<T>) => work,
  };
}

test('a call that is no longer wanted ends at once, also between two attempts, and its request is cut off', async () => {
  const wanted = new AbortController();
  const { url } = await server(() => wanted.abort(new Error('The user interrupted.')));
  await expect(tool(url).call('{"city":"Paris"}', aCall({ signal: wanted.signal }))).rejects.toThrow('The user interrupted.');
  const later = new AbortController();
  const failing = await server((response) => {
    json(500, {})(response);
    later.abort(new Error('Never mind.'));
  });
  await expect(
    tool(failing.url, { backoffMs: 60_000 }).call('{"city":"Paris"}', aCall({ signal: later.signal })),
  ).rejects.toThrow('Never mind.');
});

test('of an answer that is too long only the beginning is taken', async () => {
  const { url } = await server((response) => response.end('é'.repeat(100_000)));
  const result = await tool(url, { maxBytes: 101 }).call('{"city":"Paris"}', aCall());
  expect(result).toBe(`${'é'.repeat(50)}… (the answer was longer)`);
});

test('JSON that is none is told to the model, and an empty answer is null', async () => {
  const { url } = await server((response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{'));
  await expect(tool(url).call('{"city":"Paris"}', aCall())).rejects.toThrow('JSON that cannot be read');
  const empty = await server((response) => response.writeHead(200, { 'content-type': 'application/json' }).end());
  expect(await tool(empty.url).call('{"city":"Paris"}', aCall())).toBeNull();
});

test('with GET the arguments go into the query', async () => {
  const { url, requests } = await server(json(200, 1));
  await tool(`${url}?key=1`, { method: 'GET' }).call('{"city":"Bad Ems","days":2}', aCall());
  expect(requests).toMatchObject([{ method: 'GET', url: '/hook?key=1&city=Bad+Ems&days=2', body: '' }]);
});

test('the time of the tool covers all attempts, and options that make no sense are refused', () => {
  expect(tool('http://127.0.0.1:9', { timeoutMs: 1000, retries: 2, backoffMs: 100 }).timeoutMs).toBe(4300);
  expect(() => tool('ftp://127.0.0.1')).toThrow('begins with http');
  expect(() => tool('http://127.0.0.1', { timeoutMs: 0 })).toThrow('timeoutMs of "forecast" is 0');
});
