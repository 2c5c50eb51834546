import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { VirtualClock } from '@voxrill/core';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type ImpairmentProxyOptions, impairmentProxy } from './impairment-proxy.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A server that a client talks to through a bad network. */
async function connected(options: Omit<ImpairmentProxyOptions, 'target'> = {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  closing.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await once(server, 'listening');
  const proxy = await impairmentProxy({ ...options, target: { port: (server.address() as AddressInfo).port } });
  closing.push(() => proxy.close());
  const client = new WebSocket(`ws://127.0.0.1:${proxy.port}`, { perMessageDeflate: false });
  closing.push(() => client.terminate());
  const atServer = once(server, 'connection') as Promise<[WebSocket]>;
  return { proxy, client, server: atServer.then(([socket]) => socket) };
}

const messages = Array.from({ length: 300 }, (_, i) => Buffer.alloc(1 + ((i * 7919) % 5000), i));

/** Resolves when so many messages have come. */
function receive(socket: WebSocket, count: number): Promise<Buffer[]> {
  return new Promise((resolve) => {
    const got: Buffer[] = [];
    socket.on('message', (data: Buffer) => {
      got.push(data);
      if (got.length === count) resolve(got);
    });
  });
}

describe('an impairment proxy', () => {
  it('loses and reorders nothing of a WebSocket, whatever the network does, both ways at the same time (S001-6 S001-83)', async () => {
    const { proxy, client, server } = await connected({ delayMs: 3, jitterMs: 5, lossRate: 0.05, retransmitMs: 8, seed: 7 });
    const other = await server;
    if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
    const [atServer, atClient] = [receive(other, messages.length), receive(client, messages.length)];
    for (const message of messages) {
      client.send(message);
      other.send(message);
    }
    expect(await atServer).toEqual(messages);
    expect(await atClient).toEqual(messages);
    const size = messages.reduce((sum, message) => sum + message.length, 0);
    expect(proxy.counts.connections).toBe(1);
    expect(proxy.counts.up).toBeGreaterThan(size);
    expect(proxy.counts.down).toBeGreaterThan(size);
  });

  it('lets both ends see a cut as a close, and takes new connections', async () => {
    const { proxy, client, server } = await connected();
    const other = await server;
    if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
    const closed = [once(client, 'close'), once(other, 'close')];
    proxy.cut();
    for (const [code] of await Promise.all(closed)) expect(code).toBe(1006);
    const again = new WebSocket(`ws://127.0.0.1:${proxy.port}`);
    await once(again, 'open');
    again.terminate();
    expect(proxy.counts.connections).toBe(2);
  });

  it('is closed by its signal, together with what is open', async () => {
    const test = new AbortController();
    const { proxy, client } = await connected({ signal: test.signal });
    await once(client, 'open');
    const closed = once(client, 'close');
    test.abort();
    await closed;
    await proxy.close();
    const refused = connect({ port: proxy.port, host: '127.0.0.1' });
    const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('closes the connection of a client whose server is not there', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    await once(nobody, 'close');
    const proxy = await impairmentProxy({ target: { port } });
    closing.push(() => proxy.close());
    const client = connect({ port: proxy.port, host: '127.0.0.1' });
    client.on('error', () => undefined);
    await once(client, 'close');
    expect(proxy.counts).toEqual({ up: 0, down: 0, connections: 1 });
  });

  it.each([
    [{ lossRate: 1 }, /lossRate is 1/u],
    [{ delayMs: -1 }, /delayMs is -1/u],
    [{ bytesPerSecond: 0 }, /bytesPerSecond is 0/u],
    [{ target: { port: 1, host: 'example.org' as 'localhost' } }, /stays on this machine/u],
  ])('refuses %o', async (wrong, message) => {
    await expect(impairmentProxy({ target: { port: 1 }, ...wrong })).rejects.toThrow(message);
  });
});

/** A plain connection whose bytes move when a virtual clock says so. */
async function plain(options: Omit<ImpairmentProxyOptions, 'target' | 'clock'>) {
  const clock = new VirtualClock();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await impairmentProxy({ ...options, clock, target: { port: (server.address() as AddressInfo).port } });
  const client = connect({ port: proxy.port, host: '127.0.0.1' });
  const [far] = (await once(server, 'connection')) as [Socket];
  closing.push(() => {
    server.close();
    client.destroy();
    far.destroy();
    return proxy.close();
  });
  const arrivals: { readonly text: string; readonly atMs: number }[] = [];
  let arrived = (): void => undefined;
  far.setEncoding('utf8').on('data', (text: string) => {
    arrivals.push({ text, atMs: clock.now() });
    arrived();
  });
  /** Sends, and waits until it is in the proxy: then a timer is set, and only the clock can bring it further. */
  const send = async (text: string): Promise<void> => {
    const timers = clock.pendingTimers;
    client.write(text);
    while (clock.pendingTimers === timers) await once(new Tick(), 'tick');
  };
  const next = (count: number): Promise<void> => {
    return new Promise((resolve) => {
      arrived = () => {
        if (arrivals.length >= count) resolve();
      };
      arrived();
    });
  };
  return { clock, proxy, client, far, arrivals, send, next };
}

/** A turn of the event loop, in which sockets are read. */
class Tick extends EventTarget {
  constructor() {
    super();
    const { port1, port2 } = new MessageChannel();
    port1.on('message', () => {
      port1.close();
      this.dispatchEvent(new Event('tick'));
    });
    port2.postMessage(0);
  }
}

describe('the network of an impairment proxy, on a virtual clock', () => {
  it('hands bytes on after the delay, and not before', async () => {
    const { clock, arrivals, send, next } = await plain({ delayMs: 80 });
    await send('one');
    await clock.advance(79);
    expect(arrivals).toEqual([]);
    await clock.advance(1);
    await next(1);
    expect(arrivals).toEqual([{ text: 'one', atMs: 80 }]);
  });

  it('delays each direction by its own measure', async () => {
    const { clock, client, far, send, next } = await plain({ delayMs: 50, down: { delayMs: 10 } });
    const heard = once(client, 'data') as Promise<[Buffer]>;
    await send('up');
    far.write('down');
    while (clock.pendingTimers < 2) await once(new Tick(), 'tick');
    await clock.advance(10);
    expect(String((await heard)[0])).toBe('down');
    expect(clock.now()).toBe(10);
    await clock.advance(40);
    await next(1);
  });

  it('holds everything up while it stalls, and as long as a lost piece is sent again', async () => {
    const { clock, proxy, arrivals, send, next } = await plain({ delayMs: 10 });
    await send('one');
    proxy.stall(500);
    await clock.advance(499);
    expect(arrivals).toEqual([]);
    await clock.advance(1);
    await next(1);
    proxy.update({ lossRate: 0.999_999, retransmitMs: 300 });
    await send('two');
    await clock.advance(309);
    expect(arrivals).toHaveLength(1);
    await clock.advance(1);
    await next(2);
    expect(arrivals.map(({ atMs }) => atMs)).toEqual([500, 810]);
  });

  it('lets no more through than its bandwidth', async () => {
    const { clock, proxy, send } = await plain({ bytesPerSecond: 1000 });
    await send('x'.repeat(1000));
    await clock.advance(999);
    expect(proxy.counts.up).toBe(0);
    await clock.advance(1);
    expect(proxy.counts.up).toBe(1000);
  });

  it('keeps a bounded number of bytes: the sender waits, the other direction does not, and nothing is lost (S004-2)', async () => {
    const maxBufferedBytes = 65_536;
    const { clock, proxy, client, far } = await plain({ up: { delayMs: 60_000 }, maxBufferedBytes });
    const block = Buffer.alloc(32 * 1024 * 1024, 'abcdefg');
    const sent = createHash('sha256').update(block).digest('hex');
    const written = new Promise<void>((resolve) => client.end(block, resolve));
    // The other direction goes on while this one is full.
    const heard = once(client, 'data') as Promise<[Buffer]>;
    far.write('hello');
    expect(String((await heard)[0])).toBe('hello');
    expect(client.writableLength).toBeGreaterThan(0);
    const hash = createHash('sha256');
    let bytes = 0;
    far
      .removeAllListeners('data')
      .setEncoding('latin1')
      .on('data', (text: string) => {
        hash.update(text, 'latin1');
        bytes += text.length;
      });
    const ended = once(far, 'end');
    proxy.update({ up: { delayMs: 0 } });
    await clock.advance(60_000);
    await Promise.all([written, ended]);
    expect(bytes).toBe(block.length);
    expect(hash.digest('hex')).toBe(sent);
  });
});
