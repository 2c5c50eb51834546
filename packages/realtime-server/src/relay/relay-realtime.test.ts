import { realClock, VirtualClock } from '@voxrill/core';
import type { RealtimeClientEvent, RealtimeServerEvent } from '@voxrill/openai';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import type { RealtimePeer, RealtimeReceiver } from '../door/realtime-peer.js';
import type { RealtimeLogLine } from '../door/wire-log.js';
import { HandshakeRefused, socketClient } from '../test-support/socket-client.js';
import { standInServer } from '../test-support/stand-in-server.js';
import type { RelayHooks } from './relay-hooks.js';
import type { RelayRealtimeOptions } from './relay-options.js';
import { relayEndpoint, relayRealtime } from './relay-realtime.js';

const secret = 'sk-the-key-of-the-provider';

async function relayTo(url: string, options: Partial<RelayRealtimeOptions> = {}) {
  const relay = await relayRealtime({ provider: { url, apiKey: secret }, ...options });
  onTestFinished(() => relay.close());
  return relay;
}

/** A provider that does what a test says. */
async function scripted(
  onMessage: (text: string, send: (text: string) => void, close: (code: number, reason: string) => void) => void,
) {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => sockets.once('listening', resolve));
  sockets.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data) =>
      onMessage(
        data.toString(),
        (text) => socket.send(text),
        (code, reason) => socket.close(code, reason),
      ),
    );
  });
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  });
  const address = sockets.address();
  return { sockets, url: `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1/realtime` };
}

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

describe('the hooks of a relay', () => {
  const clear: RealtimeClientEvent = { type: 'input_audio_buffer.clear' };
  const remove = (item_id: string): RealtimeClientEvent => ({ type: 'conversation.item.delete', item_id });

  async function hooked(hooks: RelayHooks, options: Partial<RelayRealtimeOptions> = {}) {
    const provider = await standInServer();
    const relay = await relayTo(provider.url, { hooks, ...options });
    const client = await socketClient(relay.url);
    return { client, relay, provider };
  }

  it('may pass, change, multiply and block what clients send, in order, at once or later', async () => {
    const clock = realClock();
    const { client } = await hooked({
      async client(event) {
        if (event.type !== 'conversation.item.delete') return event;
        if (event.item_id === 'slow') await clock.sleep(5);
        if (event.item_id === 'blocked') return undefined;
        if (event.item_id === 'twice') return [remove('one'), remove('two')];
        return event.item_id === 'changed' ? remove('other') : event;
      },
    });
    for (const id of ['slow', 'same', 'blocked', 'twice', 'changed']) client.send(remove(id));
    client.send(clear);
    await client.next('input_audio_buffer.cleared');
    const deleted = client.events.filter(({ type }) => type === 'conversation.item.deleted').map(({ item_id }) => item_id);
    expect(deleted).toEqual(['slow', 'same', 'one', 'two', 'other']);
  });

  it('see what the provider sends in the words of today, may change it, and may add to either side', async () => {
    const { client } = await hooked({
      server(event, call): RealtimeServerEvent | undefined {
        if (event.type === 'session.created') call.sendToProvider(remove('by the hook'));
        if (event.type === 'conversation.item.deleted') call.sendToClient({ ...event, event_id: 'extra', item_id: 'extra' });
        return event.type === 'input_audio_buffer.cleared' ? { ...event, event_id: 'changed' } : event;
      },
    });
    await client.next('session.created');
    client.send(clear);
    expect((await client.next('input_audio_buffer.cleared')).event_id).toBe('changed');
    const deleted = client.events.filter(({ type }) => type === 'conversation.item.deleted').map(({ item_id }) => item_id);
    expect(deleted).toEqual(['extra', 'by the hook']);
  });

  it('may end the call', async () => {
    const { client, relay } = await hooked({
      client: (event, call) => (event.type === 'input_audio_buffer.clear' ? call.close(4003, 'Not here.') : event),
    });
    const over = new Promise((resolve) => client.socket.once('close', resolve));
    client.send(clear);
    await over;
    expect(await client.closed).toEqual({ code: 4003, reason: 'Not here.' });
    expect(relay.counts).toMatchObject({ openCalls: 0, failedCalls: 0 });
  });

  it('that fail or take too long block the event, are reported, and end nothing', async () => {
    const errors: string[] = [];
    const quiet = () => undefined;
    const { client } = await hooked(
      {
        client(event) {
          if (event.type !== 'conversation.item.delete') return event;
          if (event.item_id === 'throws') throw new Error('moderator broken');
          return event.item_id === 'hangs' ? new Promise(() => undefined) : event;
        },
      },
      { hookMs: 20, logger: { debug: quiet, info: quiet, warn: quiet, error: (message) => errors.push(message) } },
    );
    client.send({ ...remove('throws'), event_id: 'first' });
    client.send({ ...remove('hangs'), event_id: 'second' });
    client.send(remove('fine'));
    expect((await client.next('error')).error).toMatchObject({ code: 'event_blocked', event_id: 'first' });
    expect((await client.next('error')).error).toMatchObject({ code: 'event_blocked', event_id: 'second' });
    expect((await client.next('conversation.item.deleted')).item_id).toBe('fine');
    expect(errors).toEqual(Array.from({ length: 2 }, () => 'The client hook failed, and the event was not passed on.'));
  });

  it('are not gone around by what cannot be read', async () => {
    const { client, provider } = await hooked({ client: (event) => event });
    await client.next('session.created');
    for (const text of ['garbage', '{"type":"session.dance"}', '{"type":"conversation.item.delete"}']) client.send(text);
    for (let count = 0; count < 3; count++) await client.next('error');
    client.send(clear);
    await client.next('input_audio_buffer.cleared');
    expect(provider.counts.clientEvents).toBe(1);
  });

  it('that make events which are none send nothing', async () => {
    const errors: string[] = [];
    const quiet = () => undefined;
    const broken = JSON.parse('{"type":"session.update"}') as RealtimeClientEvent;
    const { client, provider } = await hooked(
      { client: (event) => (event.type === 'conversation.item.delete' ? broken : event) },
      { logger: { debug: quiet, info: quiet, warn: quiet, error: (message) => errors.push(message) } },
    );
    client.send(remove('x'));
    client.send(clear);
    await client.next('input_audio_buffer.cleared');
    expect(provider.counts.clientEvents).toBe(1);
    expect(errors).toEqual(['A hook made an event that cannot be sent to the provider.']);
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

describe('a slow side of a relay', () => {
  const delta = JSON.stringify({
    ...{ type: 'response.output_audio.delta', event_id: 'e', response_id: 'r', item_id: 'i', output_index: 0, content_index: 0 },
    delta: 'A'.repeat(64_000),
  });

  it('holds the other back, so that a client which stops reading for a while loses nothing', async () => {
    const count = 1000;
    let left = count;
    const { url, sockets } = await scripted(() => undefined);
    let held: () => void = () => undefined;
    const providerHeld = new Promise<void>((resolve) => {
      held = resolve;
    });
    sockets.on('connection', (socket) => {
      // As a provider does that goes by what the connection takes.
      const more = (): void => {
        while (left > 0 && socket.bufferedAmount < 2 ** 20) {
          left--;
          socket.send(delta, more);
        }
        if (socket.bufferedAmount >= 2 ** 20) held();
      };
      socket.once('message', more);
    });
    const relay = await relayTo(url, { maxBufferedBytes: 4 * 2 ** 20 });
    const client = await socketClient(relay.url);
    client.socket.pause();
    client.send({ type: 'response.create' });
    await providerHeld;
    client.socket.resume();
    while (client.events.length < count) await client.next('response.output_audio.delta');
    expect(relay.counts).toMatchObject({ openCalls: 1, slowClients: 0, serverEvents: count });
  });

  const peer = (sent: string[]) => {
    const state = { bufferedBytes: 0, paused: false, end: 0 };
    const made: RealtimePeer = {
      get bufferedBytes() {
        return state.bufferedBytes;
      },
      send(text) {
        sent.push(text);
        state.bufferedBytes += text.length;
      },
      close: (code) => {
        state.end = code;
      },
      pause: () => {
        state.paused = true;
      },
      resume: () => {
        state.paused = false;
      },
    };
    return { state, made };
  };

  async function between(options: Partial<RelayRealtimeOptions> = {}) {
    const clock = new VirtualClock();
    const [toClient, toProvider]: [string[], string[]] = [[], []];
    const [client, provider] = [peer(toClient), peer(toProvider)];
    let fromProvider: RealtimeReceiver | undefined;
    let opened: () => void = () => undefined;
    const endpoint = relayEndpoint({
      clock,
      provider: { url: 'wss://provider.example/v1/realtime', apiKey: secret },
      connect: async (_, __, events) => {
        fromProvider = events.receiver;
        opened = () => events.opened(provider.made);
        return () => undefined;
      },
      ...options,
    });
    const fromClient = endpoint.accept({ url: '/v1/realtime' }, client.made);
    await clock.advance(5);
    if (fromProvider === undefined) throw new Error('Not connected.');
    return { clock, client, provider, fromClient, fromProvider, toClient, toProvider, opened };
  }

  it('is not sent more than half a mebibyte before the other side is held back, in both directions', async () => {
    const { client, provider, fromClient, fromProvider, opened } = await between();
    opened();
    let sent = 0;
    for (; !provider.state.paused && sent < 100; sent++) fromProvider.receive(delta);
    expect(sent).toBe(9);
    client.state.bufferedBytes = 0;
    fromClient.drained();
    expect(provider.state.paused).toBe(false);

    for (sent = 0; !client.state.paused && sent < 100; sent++) fromClient.receive(delta);
    expect(sent).toBe(9);
    provider.state.bufferedBytes = 0;
    fromProvider.drained();
    expect(client.state.paused).toBe(false);
  });

  it('may be the hook, or a provider that is not there yet: what waits is bounded', async () => {
    const slow = await between({ hooks: { server: () => new Promise(() => undefined) }, hookMs: 1000 });
    slow.opened();
    for (let sent = 0; !slow.provider.state.paused; sent++) {
      slow.fromProvider.receive(delta);
      expect(sent).toBeLessThan(12);
    }
    await slow.clock.advance(60_000);
    expect(slow.provider.state.paused).toBe(false);
    expect(slow.toClient).toEqual([]);

    const early = await between({ maxWaitingBytes: 2 ** 20 });
    for (let sent = 0; early.client.state.end === 0; sent++) {
      early.fromClient.receive(delta);
      expect(sent).toBeLessThan(18);
    }
    expect(early.client.state).toMatchObject({ paused: true, end: 1008 });
  });

  it('finds all in order that waited for the provider', async () => {
    const { fromClient, toProvider, opened } = await between();
    const texts = Array.from({ length: 50 }, (_, index) =>
      JSON.stringify({ type: 'conversation.item.delete', item_id: `item_${index}` }),
    );
    for (const text of texts) fromClient.receive(text);
    expect(toProvider).toEqual([]);
    opened();
    expect(toProvider).toEqual(texts);
  });
});
