import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loopbackRealtime, type Refusal } from '../../test-support/loopback-realtime.js';
import { openWsSocket } from './open-ws-socket.js';
import type { RealtimeSocketEnd, RealtimeTarget } from './realtime-socket.js';

const key = 'sk-very-secret-key-123';
const targetOf = (url: string, more: Partial<RealtimeTarget> = {}): RealtimeTarget => ({
  url,
  headers: { Authorization: `Bearer ${key}`, 'X-Own': 'yes' },
  protocols: [],
  deflate: false,
  ...more,
});

/** A socket, and what it tells. */
function opened(target: RealtimeTarget) {
  const messages: string[] = [];
  const ends: RealtimeSocketEnd[] = [];
  let pongs = 0;
  const waiting: (() => void)[] = [];
  const changed = (): void => {
    for (const look of waiting.splice(0)) look();
  };
  let isOpen = false;
  const socket = openWsSocket(target, {
    opened: () => {
      isOpen = true;
      changed();
    },
    message: (text) => {
      messages.push(text);
      changed();
    },
    pong: () => {
      pongs++;
      changed();
    },
    closed: (how) => {
      ends.push(how);
      changed();
    },
  });
  onTestFinished(() => socket.close());
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return {
    socket,
    messages,
    ends,
    open: () => until(() => isOpen),
    message: (count: number) => until(() => messages.length >= count),
    pong: () => until(() => pongs > 0),
    async end(): Promise<RealtimeSocketEnd> {
      await until(() => ends.length > 0);
      const [first] = ends;
      if (first === undefined) throw new Error('There is no end.');
      return first;
    },
  };
}

const json = (error: object): string => JSON.stringify({ error });

describe('a handshake that is refused', () => {
  it.each<[string, Refusal, string, boolean]>([
    ['a wrong key', { status: 401, body: json({ code: 'invalid_api_key', message: `Wrong: ${key}.` }) }, 'authentication', false],
    ['a key without permission', { status: 403, body: json({ message: 'No.' }) }, 'authorization', false],
    [
      'an unknown model',
      { status: 404, body: json({ code: 'model_not_found', message: 'No model.' }) },
      'invalid-request',
      false,
    ],
    [
      'a wrong request',
      { status: 400, body: json({ type: 'invalid_request_error', message: 'Bad.' }) },
      'invalid-request',
      false,
    ],
    ['too many requests', { status: 429, body: json({ code: 'rate_limit_exceeded', message: 'Slow.' }) }, 'rate-limit', true],
    ['an empty account', { status: 429, body: json({ code: 'insufficient_quota', message: 'Pay.' }) }, 'quota', false],
    ['a server in trouble', { status: 503, body: '<html>Sorry</html>' }, 'server', true],
    ['a time-out', { status: 408 }, 'timeout', true],
    ['another address', { status: 301, headers: { Location: 'https://elsewhere.test/' } }, 'invalid-request', false],
    ['a plain answer', { status: 200, body: 'Hello' }, 'invalid-request', false],
  ])('of %s becomes an error that says what to do and never holds the key', async (_name, refuse, category, usable) => {
    const { url } = await loopbackRealtime({ refuse });
    const { end, ends } = opened(targetOf(url));
    const { code, error } = await end();
    expect(code).toBe(1006);
    expect(error).toMatchObject({ category, usable });
    expect(error?.message).toContain(url);
    expect(error?.message).toMatch(/^[^\n]+[.?]$/);
    expect(error?.message).not.toContain('secret');
    expect(ends).toHaveLength(1);
  });

  it('says the words of the server and how long it asks to wait', async () => {
    const refuse = { status: 429, headers: { 'Retry-After': '7' }, body: json({ message: 'Too many sessions.' }) };
    const { url } = await loopbackRealtime({ refuse });
    const { error, retryAfterMs } = await opened(targetOf(url)).end();
    expect(error?.message).toContain('(Too many sessions)');
    expect(retryAfterMs).toBe(7_000);
  });

  it('is one also where the server never finishes what it says of it', async () => {
    const refuse = { status: 401, headers: { 'Content-Length': '5000' }, body: 'Wrong key', stays: true };
    const { url } = await loopbackRealtime({ refuse });
    expect((await opened(targetOf(url)).end()).error).toMatchObject({
      category: 'authentication',
      message: `${url} did not accept the API key: check it (Wrong key).`,
    });
  });

  it('is read only as far as it is of use', async () => {
    const { url } = await loopbackRealtime({ refuse: { status: 500, body: 'x'.repeat(5_000_000) } });
    const { error } = await opened(targetOf(url)).end();
    expect(error?.message.length).toBeLessThan(400);
  });

  it('without a word is trouble of the network, and so is a port where nobody listens', async () => {
    const { url } = await loopbackRealtime({ refuse: 'silently' });
    expect((await opened(targetOf(url)).end()).error).toMatchObject({ category: 'connectivity', usable: true });
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const { error } = await opened(targetOf(`ws://127.0.0.1:${port}/v1/realtime`)).end();
    expect(error).toMatchObject({ category: 'connectivity', usable: true });
    expect(error?.message).toBe(`Cannot connect: is the server running at ws://127.0.0.1:${port}/v1/realtime?`);
  });

  it('for want of a subprotocol says so, and is not tried again', async () => {
    const { url } = await loopbackRealtime({ takesProtocols: false });
    const { error } = await opened(targetOf(url, { protocols: ['realtime'] })).end();
    expect(error).toMatchObject({ category: 'connectivity', usable: false });
    expect(error?.message).toContain('subprotocols');
  });

  it('was never made to a target that is none', async () => {
    const { url } = await loopbackRealtime();
    for (const target of [targetOf('mailto:me'), targetOf(url, { headers: { Bad: 'line\r\nbreak' } })]) {
      expect((await opened(target).end()).error).toMatchObject({ category: 'invalid-request' });
    }
  });

  it('can be called off before it is answered, and before it was begun', async () => {
    const { url, requests, arrived } = await loopbackRealtime({ refuse: 'hang' });
    const early = opened(targetOf(url));
    early.socket.close();
    expect(await early.end()).toEqual({ code: 1006, reason: '' });
    expect(requests).toHaveLength(0);
    const late = opened(targetOf(url));
    await arrived();
    late.socket.close();
    expect((await late.end()).code).toBe(1006);
  });
});

describe('a socket', () => {
  it('shows its headers and subprotocols, and carries text both ways', async () => {
    const server = await loopbackRealtime();
    const { socket, open, message, messages } = opened(targetOf(server.url, { protocols: ['realtime', 'second'] }));
    const far = await server.nextSocket();
    await open();
    expect(server.requests[0]?.headers).toMatchObject({ authorization: `Bearer ${key}`, 'x-own': 'yes' });
    expect(server.requests[0]?.headers['sec-websocket-protocol']).toBe('realtime,second');
    const heard = once(far, 'message');
    socket.send('grüß Gott');
    expect(String((await heard)[0])).toBe('grüß Gott');
    far.send('{"type":"ä"}');
    far.send(Buffer.from('{"binary":true}'));
    await message(2);
    expect(messages).toEqual(['{"type":"ä"}', '{"binary":true}']);
  });

  it('tells of the end once, with the code and the reason of the other side', async () => {
    const server = await loopbackRealtime();
    const { open, end, ends, socket } = opened(targetOf(server.url));
    const far = await server.nextSocket();
    await open();
    far.close(1001, 'Your session hit the maximum duration of 60 minutes.');
    expect(await end()).toEqual({ code: 1001, reason: 'Your session hit the maximum duration of 60 minutes.' });
    socket.send('too late');
    socket.ping?.();
    socket.close();
    expect(ends).toHaveLength(1);
  });

  it('says good-bye with a code of its own, and cuts a reason that is too long', async () => {
    const server = await loopbackRealtime();
    const { open, end, socket } = opened(targetOf(server.url));
    const far = await server.nextSocket();
    await open();
    const closed = once(far, 'close');
    socket.close(4001, 'x'.repeat(200));
    expect(await closed).toEqual([4001, Buffer.from('')]);
    expect((await end()).code).toBe(4001);
  });

  it('asks for a sign of life and hears the answer', async () => {
    const server = await loopbackRealtime();
    const { open, socket, pong } = opened(targetOf(server.url));
    await server.nextSocket();
    await open();
    socket.ping?.();
    await pong();
  });

  it('ends with an error of the network when the connection is torn', async () => {
    const server = await loopbackRealtime();
    const { open, end } = opened(targetOf(server.url));
    const far = await server.nextSocket();
    await open();
    far.terminate();
    expect(await end()).toMatchObject({ code: 1006 });
  });

  it('counts the bytes on the wire, which compression makes fewer', async () => {
    const text = JSON.stringify({ type: 'test', text: 'the same again and again '.repeat(400) });
    const sizes = [];
    for (const deflate of [false, true]) {
      const server = await loopbackRealtime({ deflate: true });
      const { open, socket, message } = opened(targetOf(server.url, { deflate }));
      const far = await server.nextSocket();
      await open();
      const before = socket.traffic;
      const heard = once(far, 'message');
      socket.send(text);
      expect(String((await heard)[0])).toBe(text);
      far.send(text);
      await message(1);
      expect(far.extensions).toBe(deflate ? 'permessage-deflate' : '');
      sizes.push({
        sent: socket.traffic.sentBytes - before.sentBytes,
        received: socket.traffic.receivedBytes - before.receivedBytes,
      });
      expect(before.sentBytes).toBeGreaterThan(100);
    }
    expect(sizes[0]).toEqual({ sent: text.length + 8, received: text.length + 4 });
    expect(sizes[1]?.sent).toBeLessThan(300);
    expect(sizes[1]?.received).toBeLessThan(300);
  });
});
