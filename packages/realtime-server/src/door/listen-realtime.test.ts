import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { VirtualClock } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { ask, refusedWith } from '../test-support/http-request.js';
import { socketClient } from '../test-support/socket-client.js';
import { standInServer } from '../test-support/stand-in-server.js';

describe('the door of a server', () => {
  it.each([
    ['/v1/realtime?model=m', 'ga'],
    ['/v1/realtime/?model=m', 'ga'],
    ['/realtime?model=m', 'ga'],
    ['/openai/v1/realtime?model=m', 'azure-ga'],
    ['/openai/realtime?api-version=2024-10-01-preview&deployment=m', 'azure-preview'],
    ['/', 'beta-2024-10'],
  ])('lets clients in at %s, which speak %s', async (path, dialect) => {
    const server = await standInServer();
    const client = await socketClient(`ws://127.0.0.1:${server.port}${path}`);
    await client.next('session.created');
    expect(server.calls.map((call) => call.dialect)).toEqual([dialect]);
    await client.close();
  });

  it('answers with JSON where there is nothing, and where a WebSocket was meant', async () => {
    const server = await standInServer();
    const root = `http://127.0.0.1:${server.port}`;
    expect(await refusedWith(socketClient(`ws://127.0.0.1:${server.port}/v1/chat`))).toMatchObject({
      status: 404,
      code: 'not_found',
    });
    expect(await ask(`${root}/v1/models`, 'GET')).toMatchObject({
      status: 404,
      body: { error: { type: 'invalid_request_error' } },
    });
    expect(await ask(`${root}/v1/realtime`, 'GET')).toMatchObject({ status: 426 });
    expect(await ask(`${root}/v1/realtime/client_secrets`, 'GET')).toMatchObject({ status: 405 });
    expect(server.counts.refused).toEqual({ not_found: 2, upgrade_required: 1, method_not_allowed: 1 });
  });

  it('answers with the subprotocol realtime if it was offered, and with none otherwise', async () => {
    const server = await standInServer();
    const browser = await socketClient(server.url, {
      protocols: ['realtime', 'openai-insecure-api-key.null', 'openai-beta.realtime-v1'],
    });
    expect(browser.socket.protocol).toBe('realtime');
    const plain = await socketClient(server.url);
    expect(plain.socket.protocol).toBe('');
    await Promise.all([browser.next('session.created'), plain.next('session.created')]);
    expect(server.calls.map(({ dialect }) => dialect).sort()).toEqual(['beta-2024-10', 'ga']);
  });

  it('sends session.created only when the handshake can have been seen', async () => {
    const clock = new VirtualClock();
    const server = await standInServer({ clock });
    const client = await socketClient(server.url);
    await clock.advance(4);
    client.socket.ping();
    await new Promise((resolve) => client.socket.once('pong', resolve));
    expect(client.events).toEqual([]);
    await clock.advance(1);
    expect((await client.next('session.created')).event_id).toMatch(/^event_/);
  });

  it('is called by urls for each kind of client', async () => {
    const server = await standInServer();
    expect(server.urls.base).toBe(`http://127.0.0.1:${server.port}/v1`);
    for (const url of [server.url, server.urls.beta, server.urls.azureGa, server.urls.azurePreview]) {
      const client = await socketClient(url);
      await client.next('session.created');
    }
    expect(server.calls.map(({ dialect }) => dialect)).toEqual(['ga', 'beta-2024-10', 'azure-ga', 'azure-preview']);
  });

  it('S000-1: carries text frames of JSON with audio in base64, and nothing else', async () => {
    const speech = Array.from({ length: 5 }, (_, index) => new Uint8Array(960).fill(index));
    const server = await standInServer({}, { speech });
    const client = await socketClient(server.url);
    const binary: boolean[] = [];
    client.socket.on('message', (_, isBinary) => binary.push(isBinary));
    await client.next('session.created');
    client.socket.send(Buffer.from([1, 2, 3]));
    expect((await client.next('error')).error).toMatchObject({ code: 'invalid_event' });
    client.send({ type: 'response.create' });
    await client.next('response.output_audio.done');
    expect(new Set(binary)).toEqual(new Set([false]));
    const deltas = client.events.filter(({ type }) => type === 'response.output_audio.delta').map(({ delta }) => String(delta));
    expect(deltas).toHaveLength(5);
    deltas.forEach((delta, index) => {
      expect(delta).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
      expect(Buffer.from(delta, 'base64')).toEqual(Buffer.from(speech[index] ?? []));
    });
  });

  it.each([['audio/pcm'], ['audio/pcmu'], ['audio/pcma']])('S001-2: agrees on %s in both directions', async (type) => {
    const server = await standInServer();
    const client = await socketClient(server.url);
    const format = type === 'audio/pcm' ? { type, rate: 24000 } : { type };
    client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { format }, output: { format } } } });
    expect((await client.next('session.updated')).session).toMatchObject({ audio: { input: { format }, output: { format } } });

    const beta = await socketClient(server.urls.beta);
    const name = { 'audio/pcm': 'pcm16', 'audio/pcmu': 'g711_ulaw', 'audio/pcma': 'g711_alaw' }[type];
    const flat = { input_audio_format: name, output_audio_format: name };
    beta.send({ type: 'session.update', session: flat });
    expect((await beta.next('session.updated')).session).toMatchObject(flat);
  });
});

describe('TLS', () => {
  const pem = (name: string) => readFileSync(new URL(`../test-support/tls/${name}.pem`, import.meta.url), 'utf8');

  it("is spoken with a certificate of one's own", async () => {
    const server = await standInServer({ tls: { key: pem('key'), cert: pem('cert') } });
    expect(server.url).toMatch(/^wss:/);
    const client = await socketClient(server.url, { ca: pem('cert') });
    await client.next('session.created');
    await client.close();
    // A client that speaks plain HTTP gets nothing, and breaks nothing.
    const plain = connect(server.port, '127.0.0.1', () => plain.write('GET /v1/realtime HTTP/1.1\r\n\r\n'));
    await new Promise((resolve) =>
      plain
        .on('close', resolve)
        .on('error', () => undefined)
        .resume(),
    );
    const again = await socketClient(server.url, { ca: pem('cert') });
    await again.next('session.created');
  });
});

describe('limits', () => {
  it('on sessions refuse one more with 503 until one goes', async () => {
    const server = await standInServer({ maxSessions: 2 });
    const [first, second] = [await socketClient(server.url), await socketClient(server.url)];
    expect(await refusedWith(socketClient(server.url))).toMatchObject({ status: 503, code: 'too_many_sessions' });
    await Promise.all([first.next('session.created'), second.next('session.created')]);
    const gone = server.calls[0]?.done;
    await first.close();
    await gone;
    const third = await socketClient(server.url);
    await third.next('session.created');
  });

  it('on messages close with 1009 what is larger than may be read, and answer what is only too long', async () => {
    const server = await standInServer();
    const long = await socketClient(server.url);
    long.send(JSON.stringify({ type: 'input_audio_buffer.append', event_id: 'mine', audio: 'A'.repeat(20 * 2 ** 20 + 4) }));
    expect((await long.next('error')).error).toMatchObject({ code: 'string_above_max_length', event_id: 'mine', param: 'audio' });
    long.send(JSON.stringify({ type: 'input_audio_buffer.append', audio: 'A'.repeat(23 * 2 ** 20) }));
    expect((await long.closed).code).toBe(1009);
  });

  it('on what is under way let one event pass that is larger than all of them', async () => {
    const server = await standInServer({ maxBufferedBytes: 2 ** 20 }, { speech: [new Uint8Array(20_000_000)] });
    const client = await socketClient(server.url);
    client.send({ type: 'response.create' });
    expect(String((await client.next('response.output_audio.delta')).delta).length).toBeGreaterThan(20_000_000);
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
    expect(server.counts).toMatchObject({ slowClients: 0, openCalls: 1 });
  });

  it('on what is under way close a client that does not read', async () => {
    const speech = Array.from({ length: 100 }, () => new Uint8Array(48_000));
    const server = await standInServer({ maxBufferedBytes: 2 ** 20, closeSocketMs: 20 }, { speech });
    const [slow, other] = [await socketClient(server.url), await socketClient(server.url)];
    await slow.next('session.created');
    const ended = server.calls[0]?.done;
    slow.socket.pause();
    for (let index = 0; index < 5; index++) slow.send({ type: 'response.create' });
    expect(await ended).toMatchObject({ code: 1006 });
    expect(server.counts).toMatchObject({ slowClients: 1, openCalls: 1 });
    slow.socket.terminate();
    other.send({ type: 'input_audio_buffer.clear' });
    await other.next('input_audio_buffer.cleared');
  });
});

describe('a client that is gone without a word', () => {
  it('is noticed by its silence to pings, and only it', async () => {
    const clock = new VirtualClock();
    const server = await standInServer({ clock, pingMs: 20_000, startDelayMs: 0 });
    const [dead, alive] = [await socketClient(server.url, { autoPong: false }), await socketClient(server.url)];
    await clock.advance(0);
    await Promise.all([dead.next('session.created'), alive.next('session.created')]);
    const noticed = server.calls[0]?.done;
    const pinged = new Promise((resolve) => alive.socket.once('ping', resolve));
    await clock.advance(20_000);
    await pinged;
    // The answer to this comes after the pong was read.
    alive.send({ type: 'input_audio_buffer.clear' });
    await alive.next('input_audio_buffer.cleared');
    await clock.advance(20_000);
    expect((await dead.closed).code).toBe(1006);
    expect(await noticed).toMatchObject({ code: 1006 });
    alive.send({ type: 'input_audio_buffer.clear' });
    await alive.next('input_audio_buffer.cleared');
    expect(server.calls).toHaveLength(1);
  });
});

describe('S004-2: messages go both ways at once', () => {
  it('so that a client that is sent much is heard meanwhile', async () => {
    const speech = Array.from({ length: 400 }, () => new Uint8Array(4800));
    let heardAll: () => void = () => undefined;
    const all = new Promise<void>((resolve) => {
      heardAll = resolve;
    });
    const server = await standInServer(
      {},
      { speech, onReceive: ({ raw }) => (JSON.stringify(raw).includes('input_audio_buffer.clear') ? heardAll() : undefined) },
    );
    const client = await socketClient(server.url);
    await client.next('session.created');
    client.socket.pause();
    client.send({ type: 'response.create' });
    for (let index = 0; index < 200; index++) client.send({ type: 'input_audio_buffer.append', audio: 'AAAA' });
    client.send({ type: 'input_audio_buffer.clear' });
    await all;
    expect(client.events).toHaveLength(1);
    client.socket.resume();
    await client.next('input_audio_buffer.cleared');
    expect(client.events.filter(({ type }) => type === 'response.output_audio.delta')).toHaveLength(400);
  });
});

describe('closing a server', () => {
  it('ends the calls with 1001, refuses others, and is done once', async () => {
    const server = await standInServer();
    const client = await socketClient(server.url);
    await client.next('session.created');
    const [once, twice] = [server.close(), server.close()];
    expect(await client.closed).toEqual({ code: 1001, reason: 'The server is closing.' });
    await Promise.all([once, twice]);
    await expect(socketClient(server.url)).rejects.toThrow('ECONNREFUSED');
  });

  it('ends also with clients that do not close, and with half a handshake', async () => {
    const server = await standInServer({ closeSocketMs: 20 });
    const client = await socketClient(server.url);
    await client.next('session.created');
    client.socket.pause();
    const silent = connect(server.port, '127.0.0.1').on('error', () => undefined);
    const half = connect(server.port, '127.0.0.1', () => half.write('GET /v1/realtime HTTP/1.1\r\nHost: x\r\n'));
    half.on('error', () => undefined);
    await new Promise((resolve) => half.once('connect', resolve));
    await server.close();
    client.socket.terminate();
    half.destroy();
    silent.destroy();
  });
});
