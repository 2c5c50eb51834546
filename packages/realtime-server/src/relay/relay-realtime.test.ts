import { createServer } from 'node:http';
import { realClock, type ServiceError, VirtualClock } from '@voxrill/core';
import { RealtimeLink, realtimeTarget } from '@voxrill/openai';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RealtimeLogLine } from '../door/wire-log.js';
import { ask } from '../test-support/http-request.js';
import { relayTo, scripted, secret } from '../test-support/relay-to.js';
import { HandshakeRefused, socketClient } from '../test-support/socket-client.js';
import { standInServer } from '../test-support/stand-in-server.js';

describe('a relay', () => {
  it('S000-2: lets no client read the key of the provider, whatever the provider says', async () => {
    const received: string[] = [];
    const { sockets, url } = await scripted((text, send, close) => {
      received.push(text);
      if (text.includes('input_audio_buffer.clear')) {
        send(`{"type":"error","event_id":"e","error":{"type":"invalid_request_error","message":"Incorrect API key: ${secret}"}}`);
        close(4001, `bad ${secret}`);
      }
    });
    const keys: unknown[] = [];
    sockets.on('connection', (_, { headers }) => keys.push(headers.authorization));
    const relay = await relayTo(url, { keys: ['client-key'] });
    const bytes: Buffer[] = [];
    const client = await socketClient(relay.url, {
      headers: { authorization: 'Bearer client-key' },
      finishRequest: (request) => {
        request.on('socket', (socket) => socket.on('data', (chunk: Buffer) => bytes.push(chunk)));
        request.end();
      },
    });
    client.send({ type: 'input_audio_buffer.clear' });
    expect(await client.closed).toEqual({ code: 4001, reason: 'bad [redacted]' });
    expect(client.texts).toHaveLength(1);
    expect(keys).toEqual([`Bearer ${secret}`]);
    const all = Buffer.concat(bytes).toString('latin1');
    expect(all).toContain('101 Switching Protocols');
    expect(all).toContain('Incorrect API key: [redacted]');
    expect(all).not.toContain(secret);
    expect(received.join()).not.toContain('client-key');
  });

  it('asks clients for keys of its own', async () => {
    const { url } = await scripted(() => undefined);
    const relay = await relayTo(url, { keys: ['client-key'] });
    await expect(socketClient(relay.url)).rejects.toThrow(HandshakeRefused);
    await expect(socketClient(relay.url, { headers: { authorization: `Bearer ${secret}` } })).rejects.toThrow('HTTP 401');
    await (await socketClient(relay.url, { headers: { 'api-key': 'client-key' } })).close();
  });

  it('gives the provider the model and the settings that came with an ephemeral key', async () => {
    const received: string[] = [];
    const { sockets, url } = await scripted((text, send) => {
      received.push(text);
      if (text.includes('clear')) send('{"type":"input_audio_buffer.cleared","event_id":"e"}');
    });
    const asked: unknown[] = [];
    sockets.on('connection', (_, request) => asked.push(request.url));
    const relay = await relayTo(url, { keys: ['client-key'] });
    const session = { type: 'realtime', model: 'agreed', instructions: 'Be kind.' };
    const made = await ask(`${relay.url.replace('ws:', 'http:')}/client_secrets`, 'POST', {
      headers: { authorization: 'Bearer client-key' },
      body: JSON.stringify({ session }),
    });
    const [page] = relay.url.split('?', 1);
    const client = await socketClient(String(page), { protocols: ['realtime', `openai-insecure-api-key.${made.body.value}`] });
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
    expect(asked).toEqual(['/v1/realtime?model=agreed']);
    expect(received.map((text) => JSON.parse(text) as unknown)).toEqual([
      { type: 'session.update', session: { type: 'realtime', instructions: 'Be kind.' } },
      { type: 'input_audio_buffer.clear' },
    ]);
    await client.close();
  });

  it('passes texts as they are where both sides speak one dialect, with whatever nobody knows', async () => {
    const odd = [
      '{ "type" : "session.dance",  "b":1, "a":2 }',
      '{"type":"input_audio_buffer.append","audio":"AAAA","more":[1, 2]}',
      'no json at all',
    ];
    const { url } = await scripted((text, send) => send(text));
    const relay = await relayTo(url);
    const client = await socketClient(relay.url);
    client.socket.removeAllListeners('message');
    const texts: string[] = [];
    const all = new Promise<void>((resolve) => {
      client.socket.on('message', (data) => {
        texts.push(data.toString());
        if (texts.length === odd.length) resolve();
      });
    });
    for (const text of odd) client.send(text);
    await all;
    expect(texts).toEqual(odd);
  });

  it('S000-3: asks the provider for the model that the client asks for', async () => {
    const provider = await standInServer();
    const relay = await relayTo(provider.url);
    const client = await socketClient(`${relay.url}?model=any%20model`);
    await client.next('session.created');
    expect(provider.calls.map(({ model }) => model)).toEqual(['any model']);
    const fixed = await relayTo(`${provider.url}?model=fixed`);
    await (await socketClient(`${fixed.url}?model=other`)).next('session.created');
    expect(provider.calls.map(({ model }) => model)).toEqual(['any model', 'fixed']);
  });

  it('translates between a client of the beta and a provider of today', async () => {
    const provider = await standInServer({}, { speech: [new Uint8Array(480).fill(7)] });
    const relay = await relayTo(provider.url);
    const client = await socketClient(relay.url, { headers: { 'openai-beta': 'realtime=v1' } });
    expect((await client.next('session.created')).session).toMatchObject({ modalities: ['text', 'audio'], voice: 'alloy' });
    client.send({ type: 'session.update', session: { voice: 'verse', turn_detection: { type: 'none' }, temperature: 0.7 } });
    expect((await client.next('session.updated')).session).toMatchObject({ voice: 'verse', turn_detection: null });
    client.send({ type: 'response.create', response: { modalities: ['text', 'audio'] } });
    const delta = await client.next('response.audio.delta');
    expect(Buffer.from(String(delta.delta), 'base64')).toEqual(Buffer.alloc(480, 7));
    await client.next('response.audio.done');
    client.send({ type: 'session.dance', event_id: 'mine' });
    expect((await client.next('error')).error).toMatchObject({ event_id: 'mine', code: 'invalid_value' });
    expect(provider.calls.map(({ dialect }) => dialect)).toEqual(['ga']);
  });

  it('finds out by the first update that a client with the header of the beta speaks the words of today', async () => {
    const provider = await standInServer();
    const relay = await relayTo(provider.url);
    const client = await socketClient(relay.url, { headers: { 'openai-beta': 'realtime=v1' } });
    client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Hello.' } });
    expect((await client.next('session.updated')).session).toMatchObject({ type: 'realtime', output_modalities: ['audio'] });
    expect(relay.calls.map(({ dialect }) => dialect)).toEqual(['ga']);
  });

  it('records both wires, each in its dialect', async () => {
    const [log, record]: [RealtimeLogLine[], RealtimeLogLine[]] = [[], []];
    const provider = await standInServer();
    const relay = await relayTo(provider.url, { log: (line) => log.push(line), record: (line) => record.push(line) });
    const client = await socketClient(relay.url, { headers: { 'openai-beta': 'realtime=v1' } });
    await client.next('session.created');
    client.send({ type: 'response.create' });
    await client.next('response.audio.done');
    const seen = (lines: readonly RealtimeLogLine[]) =>
      lines.map(({ dir, proto, event }) => [dir, proto, 'type' in event ? event.type : '']);
    expect(seen(log)).toEqual([
      ['server', 'beta', 'session.created'],
      ['client', 'beta', 'response.create'],
      ['server', 'beta', 'response.audio.done'],
    ]);
    expect(seen(record)).toEqual([
      ['server', 'ga', 'session.created'],
      ['client', 'ga', 'response.create'],
      ['server', 'ga', 'response.output_audio.done'],
    ]);
    expect(new Set([...log, ...record].map(({ conn }) => conn)).size).toBe(1);
  });
});

describe('a provider that is not there', () => {
  it('is told to the client by an error without the key, and ends the call with 1011', async () => {
    const refusing = await standInServer({ keys: ['another'] });
    const relay = await relayTo(refusing.url);
    const client = await socketClient(relay.url);
    const { error } = await client.next('error');
    expect(error).toMatchObject({ type: 'server_error', code: 'provider_authentication_failed' });
    expect((await client.closed).code).toBe(1011);
    expect(client.texts.join()).not.toContain(secret);
    expect(relay.counts).toMatchObject({ calls: 1, failedCalls: 1 });

    const nobody = await relayTo('ws://127.0.0.1:9/v1/realtime');
    const other = await socketClient(nobody.url);
    expect((await other.next('error')).error).toMatchObject({ code: 'provider_unreachable' });
    expect((await other.closed).code).toBe(1011);
  });

  it.each([
    [302, 'invalid-request', false],
    [400, 'invalid-request', false],
    [401, 'authentication', false],
    [402, 'quota', false],
    [404, 'invalid-request', false],
    [407, 'invalid-request', false],
    [408, 'timeout', true],
    [429, 'rate-limit', true],
    [429, 'quota', false, 'insufficient_quota'],
    [503, 'server', true],
  ])(
    'that refuses with %i is to a client behind a relay what it is to one without: %s',
    async (status, category, usable, code = 'any') => {
      const { url, sockets } = await scripted(() => undefined);
      const body = JSON.stringify({ error: { code, message: `Not with ${secret}.` } });
      sockets.options.verifyClient = (_, done) => done(false, status, body, { location: `/${secret}` });
      expect(await firstTrouble(url)).toMatchObject({ category, usable });
      const behind = await firstTrouble((await relayTo(url)).url);
      expect(behind).toMatchObject({ category, usable });
      expect(behind.message).toContain(`HTTP ${status}`);
      expect(behind.message).not.toMatch(/sk-|Not with/);
    },
  );

  it('may refuse with a text that never ends, of which no more is read than is of use', async () => {
    const server = createServer().on('upgrade', (_, socket) => {
      socket.on('error', () => undefined);
      socket.write(`HTTP/1.1 404 Not Found\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(20_000)}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const relay = await relayTo(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1/realtime`);
    const client = await socketClient(relay.url);
    expect((await client.next('error')).error).toMatchObject({ type: 'invalid_request_error', code: 'provider_refused' });
    expect((await client.closed).code).toBe(1011);
  });

  it('may not take longer than connectMs to let a call in', async () => {
    const clock = new VirtualClock();
    const { url, sockets } = await scripted(() => undefined);
    let came: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      came = resolve;
    });
    sockets.options.verifyClient = () => came();
    const relay = await relayTo(url, { clock, connectMs: 3000 });
    const client = await socketClient(relay.url);
    await clock.advance(5);
    await asked;
    await clock.advance(3000);
    expect((await client.next('error')).error).toMatchObject({ code: 'provider_timeout' });
    expect((await client.closed).code).toBe(1011);
  });

  it('that is lost is told; one that says why is passed on', async () => {
    const { sockets, url } = await scripted((_, send, close) => {
      send('{"type":"error","event_id":"e","error":{"type":"invalid_request_error","code":"session_expired","message":"Over."}}');
      close(1001, 'Your session hit the maximum duration of 60 minutes.');
    });
    const relay = await relayTo(url);
    const expired = await socketClient(relay.url);
    expired.send({ type: 'input_audio_buffer.clear' });
    expect(await expired.closed).toEqual({ code: 1001, reason: 'Your session hit the maximum duration of 60 minutes.' });
    expect(expired.events).toMatchObject([{ type: 'error', error: { code: 'session_expired' } }]);

    const connected = new Promise((resolve) => sockets.once('connection', resolve));
    const lost = await socketClient(relay.url);
    await connected;
    for (const socket of sockets.clients) socket.terminate();
    expect((await lost.next('error')).error).toMatchObject({ code: 'provider_connection_lost' });
    expect((await lost.closed).code).toBe(1011);
  });

  it('is let go when the client goes', async () => {
    const provider = await standInServer();
    const relay = await relayTo(provider.url);
    const client = await socketClient(relay.url);
    await client.next('session.created');
    const gone = provider.calls[0]?.done;
    client.socket.terminate();
    expect(await gone).toMatchObject({ code: 1000 });
    await relay.close();
    expect(relay.counts).toMatchObject({ calls: 1, openCalls: 0 });
  });
});

/** What a client first hears of a service that does not let it in, whether it then tries again or not. */
async function firstTrouble(baseURL: string): Promise<ServiceError> {
  let told: (error: ServiceError) => void = () => undefined;
  const first = new Promise<ServiceError>((resolve) => {
    told = resolve;
  });
  const link = new RealtimeLink({
    target: realtimeTarget({ model: 'any', baseURL, apiKey: secret }, {}),
    dialect: 'ga',
    clock: realClock(),
    session: { leadMs: 60_000 },
    events: {
      connected: () => undefined,
      event: () => undefined,
      lost: (_, error) => told(error),
      expiring: () => undefined,
      gone: told,
    },
  });
  link.start(new AbortController().signal).catch(told);
  const error = await first;
  link.close();
  return error;
}
