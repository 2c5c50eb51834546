import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { constants, deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type SocketClient, socketClient } from '../test-support/socket-client.js';
import { standInServer } from '../test-support/stand-in-server.js';

/** What would end a process. */
const unhandled: unknown[] = [];
const note = (error: unknown): void => {
  unhandled.push(error);
};
beforeAll(() => {
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
});
afterAll(() => {
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
  expect(unhandled).toEqual([]);
});

const clear = { type: 'input_audio_buffer.clear' };

async function answers(client: SocketClient): Promise<void> {
  client.send(clear);
  await client.next('input_audio_buffer.cleared');
}

/** A WebSocket without its rules: the bytes that are written are those that go out. */
async function rawSocket(port: number, extensions = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => {
    socket.destroy();
  });
  const lines = [
    'GET /v1/realtime HTTP/1.1',
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
  ];
  socket.write(
    [...lines, `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`, ...(extensions ? [extensions] : []), '', ''].join(
      '\r\n',
    ),
  );
  await once(socket, 'data');
  return socket;
}

/** One masked frame; the mask is zero. */
function frame(opcode: number, payload: Buffer, { fin = true, rsv1 = false, length = payload.length } = {}): Buffer {
  const head = Buffer.alloc(14);
  head[0] = (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** By whatever way: a server may reset a connection that it has refused, and `once` would take that for a failure. */
const closedSoon = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.resume().once('close', () => resolve());
  });

describe('the server stands, and serves the others,', () => {
  it('when frames are garbage, cut off, too large, out of order, or no text', async () => {
    const server = await standInServer({ closeSocketMs: 50 });
    const good = await socketClient(server.url);
    const attacks = [
      // Not by chance: some beginnings are valid ones, of frames whose rest never comes.
      Buffer.alloc(5000, 0xf7),
      frame(0x3, Buffer.from('reserved opcode')),
      frame(0x0, Buffer.from('continues nothing')),
      frame(0x1, Buffer.from([0xff, 0xfe, 0xfd])),
      frame(0x1, Buffer.alloc(0), { length: Number.MAX_SAFE_INTEGER }),
      frame(0x1, Buffer.alloc(0), { length: 2 ** 31 }),
      frame(0x9, Buffer.alloc(200)),
      frame(0x8, Buffer.from([0x01])),
      frame(0x1, Buffer.from('{}'), { rsv1: true }),
      Buffer.concat([frame(0x1, Buffer.from('{"type"'), { fin: false }), frame(0x1, Buffer.from('again'))]),
    ];
    for (const bytes of attacks) {
      const socket = await rawSocket(server.port);
      socket.write(bytes);
      await closedSoon(socket);
    }
    await answers(good);
    expect(server.calls).toHaveLength(1);
  });

  it('when a small message unpacks to a huge one', async () => {
    const server = await standInServer({ closeSocketMs: 50 });
    const good = await socketClient(server.url);
    const socket = await rawSocket(server.port, 'Sec-WebSocket-Extensions: permessage-deflate');
    const mebibyte = deflateRawSync(Buffer.alloc(2 ** 20, 0x20), { finishFlush: constants.Z_FULL_FLUSH });
    const bomb = Buffer.concat(Array.from({ length: 500 }, () => mebibyte));
    const before = process.memoryUsage().arrayBuffers;
    socket.write(frame(0x1, bomb, { rsv1: true }));
    await closedSoon(socket);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 2 ** 20);
    await answers(good);
  });

  it('when events are nonsense by the thousand: each is answered by an error', async () => {
    const server = await standInServer();
    const client = await socketClient(server.url);
    await client.next('session.created');
    const nonsense = [
      ...['', '   ', 'null', '[]', '7', '"text"', '{}', '{"type":5}', '{"type":"__proto__"}', '{"type":"constructor"}', '\u0000'],
      '{"type":"session.update","session":{"__proto__":{"polluted":true}}}',
      '{"type":"input_audio_buffer.append","audio":"***"}',
      `{"type":"conversation.item.delete","item_id":${'['.repeat(5000)}${']'.repeat(5000)}}`,
      '['.repeat(100_000),
      `{"type":"${'x'.repeat(100_000)}"}`,
    ];
    const rounds = 100;
    for (let round = 0; round < rounds; round++) for (const text of nonsense) client.send(text);
    await answers(client);
    const errors = client.events.filter(({ type }) => type === 'error');
    expect(errors).toHaveLength(nonsense.length * rounds);
    expect(Math.max(...client.texts.map((text) => text.length))).toBeLessThan(2000);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('when binary frames and empty appends flood it', async () => {
    const server = await standInServer();
    const [flooding, good] = [await socketClient(server.url), await socketClient(server.url)];
    await flooding.next('session.created');
    for (let index = 0; index < 5000; index++) {
      flooding.socket.send(Buffer.alloc(100));
      flooding.send({ type: 'input_audio_buffer.append', audio: '' });
    }
    await answers(good);
    await answers(flooding);
    expect(flooding.events.filter(({ type }) => type === 'error')).toHaveLength(5000);
  });

  it('when clients ping and never read what comes back', async () => {
    const server = await standInServer({ maxBufferedBytes: 64 * 1024, closeSocketMs: 50 });
    const good = await socketClient(server.url);
    const socket = await rawSocket(server.port);
    const ended = server.calls[1]?.done;
    socket.pause();
    const pings = Buffer.concat(
      Array.from({ length: 1000 }, () => Buffer.concat([Buffer.from([0x89, 0xfd, 0, 0, 0, 0]), Buffer.alloc(125)])),
    );
    const flood = (): void => {
      while (!socket.destroyed && socket.write(pings));
    };
    socket.on('drain', flood);
    flood();
    expect(await ended).toMatchObject({ code: 1006 });
    await answers(good);
  });

  it('when handshakes are begun by the hundred and never ended', async () => {
    const server = await standInServer({ handshakeMs: 400 });
    const sockets = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const socket = connect(server.port, '127.0.0.1');
        socket.on('error', () => undefined);
        onTestFinished(() => {
          socket.destroy();
        });
        await once(socket, 'connect');
        if (index % 2 === 0) socket.write('GET /v1/realtime HTTP/1.1\r\nHost: x\r\nUpgra');
        return socket;
      }),
    );
    const good = await socketClient(server.url);
    await answers(good);
    await Promise.all(sockets.filter((_, index) => index % 2 === 0).map(closedSoon));
    await answers(good);
  });

  it('when handshakes are wrong', async () => {
    const server = await standInServer();
    const lines = (...more: string[]) =>
      ['GET /v1/realtime HTTP/1.1', 'Host: x', 'Connection: Upgrade', ...more, '', ''].join('\r\n');
    const handshakes = [
      'nonsense\r\n\r\n',
      lines('Upgrade: websocket'),
      lines('Upgrade: h2c'),
      lines('Upgrade: websocket', 'Sec-WebSocket-Version: 1', `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`),
      lines('Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: short'),
      lines(
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        'Sec-WebSocket-Protocol: ,,,',
      ),
      lines('Upgrade: websocket', `Authorization: ${'x'.repeat(100_000)}`),
      `GET ${'/'.repeat(10_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      'GET /%E0%A4%A?model=%E0%A4%A HTTP/1.1\r\nHost: x\r\n\r\n',
    ];
    for (const text of handshakes) {
      const socket = connect(server.port, '127.0.0.1', () => socket.end(text));
      socket.on('error', () => undefined);
      await closedSoon(socket);
    }
    await answers(await socketClient(`${server.url}?model=%E0%A4%A`));
  });

  it('when hundreds of clients come, talk, and vanish without a word', async () => {
    const server = await standInServer({ maxSessions: 300 });
    const clients = await Promise.all(Array.from({ length: 300 }, () => socketClient(server.url)));
    await Promise.all(clients.map(answers));
    const ended = server.calls.map(({ done }) => done);
    expect(ended).toHaveLength(300);
    for (const client of clients) client.socket.terminate();
    expect(new Set((await Promise.all(ended)).map(({ code }) => code))).toEqual(new Set([1006]));
    await answers(await socketClient(server.url));
    expect(server.counts).toMatchObject({ calls: 301, openCalls: 1, failedCalls: 0 });
  });
});
