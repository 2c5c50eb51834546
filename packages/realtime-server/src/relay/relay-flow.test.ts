import { VirtualClock } from '@voxrill/core';
import { realtimeEventTypes } from '@voxrill/openai';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RealtimePeer, RealtimeReceiver } from '../door/realtime-peer.js';
import { relayTo, scripted, secret } from '../test-support/relay-to.js';
import { socketClient } from '../test-support/socket-client.js';
import type { RelayRealtimeOptions } from './relay-options.js';
import { relayEndpoint } from './relay-realtime.js';

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

const types = (['ga', 'beta'] as const).flatMap((dialect) => [
  ...realtimeEventTypes(dialect, 'client'),
  ...realtimeEventTypes(dialect, 'server'),
]);
const textOf = (value: unknown): string => JSON.stringify(value) ?? '';

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

describe('nonsense through a relay', () => {
  const nonsense = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.json({ maxDepth: 3 }),
    fc
      .record({ type: fc.constantFrom(...types), event_id: fc.anything(), session: fc.anything(), response: fc.anything() })
      .map(textOf),
    fc.record({ type: fc.constantFrom(...types), item: fc.anything(), delta: fc.anything(), error: fc.anything() }).map(textOf),
    fc.constantFrom('', '[', 'null', '{"type":"__proto__"}', '['.repeat(20_000), `{"type":"${'x'.repeat(20_000)}"}`),
  );

  it.each([
    ['as it is', {}],
    ['translated', { dialect: 'beta-2024-10' }],
    ['through hooks', { hooks: { client: (event) => event, server: (event) => event } }],
    [
      'through slow hooks that change it',
      { dialect: 'beta', hooks: { client: async (event) => ({ ...event }), server: async (event) => ({ ...event }) } },
    ],
  ] satisfies [string, Partial<RelayRealtimeOptions>][])(
    '%s: in both directions, ends nothing and is bounded',
    async (_, options) => {
      const line = JSON.stringify({ type: 'input_audio_buffer.cleared', event_id: 'last' });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), nonsense), { maxLength: 40 }), async (texts) => {
          const logged: unknown[] = [];
          const { clock, client, fromClient, fromProvider, toClient, toProvider, opened } = await between({
            ...options,
            log: (each) => logged.push(each),
            record: (each) => logged.push(each),
          });
          opened();
          for (const [ofClient, text] of texts) (ofClient ? fromClient : fromProvider).receive(text);
          fromClient.receive('{"type":"input_audio_buffer.clear"}');
          fromProvider.receive(line);
          await clock.advance(1);
          expect(client.state.end).toBe(0);
          expect(JSON.parse(toProvider.at(-1) ?? '')).toEqual({ type: 'input_audio_buffer.clear' });
          // Answers of the relay itself may come after it.
          expect(toClient.filter((text) => text.includes('"last"')).map((text) => JSON.parse(text))).toContainEqual(
            JSON.parse(line),
          );
          expect(toClient.length + toProvider.length).toBeLessThanOrEqual(2 * texts.length + 2);
          fromProvider.closed(1006);
          await clock.advance(1);
          expect(client.state.end).toBe(1011);
        }),
        { numRuns: 150 },
      );
    },
  );
});

it('a hook that makes what JSON has no word for sends nothing, and what comes behind it is passed on', async () => {
  const errors: string[] = [];
  const quiet = () => undefined;
  const call = await between({
    hooks: {
      client: (event) => (event.type === 'input_audio_buffer.clear' ? { ...event, mine: 1n } : event),
      server: (event) => (event.type === 'input_audio_buffer.cleared' ? { ...event, mine: 1n } : event),
    },
    logger: { debug: quiet, info: quiet, warn: quiet, error: (message) => errors.push(message) },
  });
  call.opened();
  for (const type of ['input_audio_buffer.clear', 'response.create']) call.fromClient.receive(JSON.stringify({ type }));
  const committed = { type: 'input_audio_buffer.committed', event_id: 'b', item_id: 'i' };
  for (const event of [{ type: 'input_audio_buffer.cleared', event_id: 'a' }, committed])
    call.fromProvider.receive(JSON.stringify(event));
  expect(call.toProvider.map((text) => JSON.parse(text))).toEqual([{ type: 'response.create' }]);
  expect(call.toClient.map((text) => JSON.parse(text))).toEqual([committed]);
  expect(errors).toEqual([
    'A hook made an event that cannot be sent to the provider.',
    'A hook made an event that cannot be sent to the client.',
  ]);
});

it('a connection to the provider that throws is lost, and the client is told', async () => {
  const call = await between();
  call.provider.made.send = () => {
    throw new Error('There is no line.');
  };
  call.opened();
  call.fromClient.receive('{"type":"input_audio_buffer.clear"}');
  expect(JSON.parse(call.toClient.at(-1) ?? '')).toMatchObject({ type: 'error', error: { code: 'provider_connection_lost' } });
  expect(call.client.state.end).toBe(1011);
});
