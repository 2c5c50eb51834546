import { VirtualClock } from '@voxrill/core';
import type { RealtimeClientEvent } from '@voxrill/openai';
import { describe, expect, it } from 'vitest';
import { memoryClient } from '../test-support/memory-client.js';
import type { SeenEvent } from '../test-support/socket-client.js';
import { type StandInOptions, standInEngine } from '../test-support/stand-in-engine.js';
import type { RealtimeCallInfo } from './call-info.js';
import { type EngineEndpointOptions, engineEndpoint } from './engine-endpoint.js';
import type { RealtimeLogLine } from './wire-log.js';

const update = { type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } };
const flat = { type: 'session.update', session: { modalities: ['text'] } };
const clear = { type: 'input_audio_buffer.clear' };

function world(options: EngineEndpointOptions = {}, engine: StandInOptions = {}) {
  const clock = new VirtualClock();
  const endpoint = engineEndpoint((seed) => standInEngine(seed, engine), { clock, ...options });
  return { clock, endpoint };
}
const sessionOf = ([first]: readonly SeenEvent[]) => (first?.session ?? {}) as Readonly<Record<string, unknown>>;
const types = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type);

describe('an endpoint without a socket', () => {
  it('says session.created a few milliseconds after the handshake, and answers what came before in order', async () => {
    const { clock, endpoint } = world();
    const client = memoryClient(endpoint);
    client.send(clear);
    client.receiver.receiveBinary(7);
    client.send(update);
    await clock.advance(4);
    expect(client.events).toEqual([]);
    await clock.advance(1);
    expect(types(client.events)).toEqual(['session.created', 'input_audio_buffer.cleared', 'error', 'session.updated']);
  });

  it('keeps events while the pipeline starts, and closes a client that floods it meanwhile', async () => {
    let ready: () => void = () => undefined;
    const { clock, endpoint } = world(
      { maxWaitingBytes: 1000 },
      {
        ready: new Promise((resolve) => {
          ready = resolve;
        }),
      },
    );
    const patient = memoryClient(endpoint);
    const flooding = memoryClient(endpoint);
    await clock.advance(1000);
    patient.send(clear);
    while (flooding.end === undefined) flooding.send(clear);
    expect(flooding.end.code).toBe(1008);
    ready();
    await clock.advance(0);
    expect(types(patient.events)).toEqual(['session.created', 'input_audio_buffer.cleared']);
    expect(flooding.events).toEqual([]);
  });

  it('S000-3: takes any text for a model, and tells it back', async () => {
    const { clock, endpoint } = world({ model: 'ours' });
    const asked = ['gpt-4o-realtime-preview', 'gpt-4o-audio-preview', 'a model / nobody ✓ has', '"'.repeat(500)];
    const clients = asked.map((model) => memoryClient(endpoint, { url: `/v1/realtime?model=${encodeURIComponent(model)}` }));
    const azure = memoryClient(endpoint, { url: '/openai/realtime?api-version=2024-10-01-preview&deployment=mine' });
    const none = memoryClient(endpoint, { url: '/' });
    await clock.advance(5);
    const models = [...clients, azure, none].map(({ events }) => sessionOf(events).model);
    expect(models).toEqual([...asked, 'mine', 'ours']);
  });

  it('S004-3: gives each connection a session of its own', async () => {
    const { clock, endpoint } = world();
    const clients = [memoryClient(endpoint), memoryClient(endpoint)];
    await clock.advance(5);
    clients[0]?.send(update);
    const ids = clients.map(({ events }) => sessionOf(events).id);
    expect(new Set(ids).size).toBe(2);
    expect(clients.map(({ events }) => events.length)).toEqual([2, 1]);
    expect(endpoint.calls.map(({ id }) => id)).toEqual(ids);
  });

  it('begins a session for transcripts when the client asks for that', async () => {
    const { clock, endpoint } = world();
    const client = memoryClient(endpoint, { url: '/v1/realtime?intent=transcription' });
    await clock.advance(5);
    expect(client.events[0]?.session).toMatchObject({ type: 'transcription' });
  });

  it('tells when the session will be over', async () => {
    const { clock, endpoint } = world({ sessionMs: 60_000, wallClock: () => new Date(1_000_000) });
    const client = memoryClient(endpoint);
    await clock.advance(5);
    expect(client.events[0]?.session).toMatchObject({ expires_at: 1060 });
  });
});

describe('the dialect of a connection', () => {
  it('is the one of the handshake', async () => {
    const { clock, endpoint } = world();
    const beta = memoryClient(endpoint, { headers: { 'openai-beta': 'realtime=v1' } });
    const ga = memoryClient(endpoint);
    await clock.advance(5);
    for (const client of [beta, ga]) client.send({ type: 'response.create' });
    expect(types(beta.events)).toEqual(['session.created', 'response.audio.done']);
    expect(types(ga.events)).toEqual(['session.created', 'response.output_audio.done']);
    expect(beta.events[0]?.session).toMatchObject({ modalities: ['text', 'audio'] });
  });

  it('is corrected by the first update, even before session.created', async () => {
    const { clock, endpoint } = world();
    const early = memoryClient(endpoint, { headers: { 'openai-beta': 'realtime=v1' } });
    early.send(update);
    await clock.advance(5);
    expect(early.events.map(({ session }) => session)).toMatchObject([
      { output_modalities: ['audio'] },
      { instructions: 'Be brief.' },
    ]);

    const late = memoryClient(endpoint);
    await clock.advance(5);
    late.send(flat);
    expect(late.events.map(({ session }) => session)).toMatchObject([{ output_modalities: ['audio'] }, { modalities: ['text'] }]);
    late.send({ type: 'response.create' });
    expect(types(late.events).at(-1)).toBe('response.audio.done');
    expect(endpoint.calls.map(({ dialect }) => dialect)).toEqual(['ga', 'beta-2024-10']);
  });

  it('is not guessed when it was chosen', async () => {
    const { clock, endpoint } = world({ dialect: 'ga' });
    const client = memoryClient(endpoint, { headers: { 'openai-beta': 'realtime=v1' } });
    client.send(flat);
    await clock.advance(5);
    expect(types(client.events)).toEqual(['session.created', 'error']);
  });

  it('is refused as the service refuses the beta, if that is wanted', async () => {
    const { clock, endpoint } = world({ refuseBeta: true });
    const client = memoryClient(endpoint, { headers: { 'openai-beta': 'realtime=v1' } });
    await clock.advance(5);
    expect(client.events).toMatchObject([{ type: 'error', error: { code: 'beta_api_shape_disabled' } }]);
    expect(client.end?.code).toBe(4000);
  });
});

describe('a call', () => {
  it('that breaks down ends with an error and 1011, and touches no other', async () => {
    const broken = (parsed: { readonly kind: string; readonly event?: RealtimeClientEvent }) => {
      if (parsed.event?.type === 'response.create') throw new Error('broken');
    };
    const ended: unknown[] = [];
    const { clock, endpoint } = world(
      { onCall: (call) => void call.done.then(({ code, failed }) => ended.push({ code, failed })) },
      { onReceive: broken },
    );
    const [one, other] = [memoryClient(endpoint), memoryClient(endpoint)];
    await clock.advance(5);
    one.send({ type: 'response.create' });
    other.send(clear);
    await clock.advance(0);
    expect(one.events.at(-1)).toMatchObject({ type: 'error', error: { type: 'server_error' } });
    expect(one.end?.code).toBe(1011);
    expect(types(other.events).at(-1)).toBe('input_audio_buffer.cleared');
    expect(ended).toEqual([{ code: 1011, failed: true }]);
    expect(endpoint.counts).toMatchObject({ calls: 2, openCalls: 1, failedCalls: 1 });
  });

  it('whose engine cannot be made, or rejects, ends the same way', async () => {
    const clock = new VirtualClock();
    const failures = [
      () => {
        throw new Error('no pipeline');
      },
      (seed: Parameters<typeof standInEngine>[0]) => ({
        ...standInEngine(seed),
        start: () => Promise.reject(new Error('no start')),
      }),
      (seed: Parameters<typeof standInEngine>[0]) => ({ ...standInEngine(seed), done: Promise.reject(new Error('no end')) }),
    ];
    for (const make of failures) {
      const client = memoryClient(engineEndpoint(make, { clock }));
      await clock.advance(5);
      expect(client.end?.code).toBe(1011);
      expect(types(client.events).at(-1)).toBe('error');
    }
  });

  it('whose transport cannot send ends, and its pipeline is let go', async () => {
    const ended: unknown[] = [];
    const { clock, endpoint } = world({ onCall: (call) => void call.done.then(({ code }) => ended.push(code)) });
    const send = () => expect.fail('The transport is broken.');
    endpoint.accept({ url: '/v1/realtime' }, { send, close: () => undefined });
    await clock.advance(5);
    expect(ended).toEqual([1006]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('that is silent for too long is told and ended, and no other', async () => {
    const { clock, endpoint } = world({ idleMs: 60_000 });
    const [silent, busy] = [memoryClient(endpoint), memoryClient(endpoint)];
    await clock.advance(40_000);
    busy.send(clear);
    await clock.advance(20_000);
    expect(silent.end).toEqual({ code: 1001, reason: 'No event came for 60000 ms.' });
    expect(silent.events.at(-1)).toMatchObject({ type: 'error', error: { code: 'session_expired' } });
    await clock.advance(39_999);
    expect(busy.end).toBeUndefined();
    await clock.advance(1);
    expect(busy.end?.code).toBe(1001);
  });

  it('leaves no timer and nothing to wait for when the client goes', async () => {
    const { clock, endpoint } = world({ idleMs: 60_000 });
    const clients = [memoryClient(endpoint), memoryClient(endpoint)];
    clients[0]?.receiver.closed(1006);
    await clock.advance(5);
    clients[1]?.receiver.closed(1000, 'bye');
    clients[1]?.send(clear);
    expect(clock.pendingTimers).toBe(0);
    await endpoint.close();
    expect(endpoint.counts).toMatchObject({ calls: 2, openCalls: 0, failedCalls: 0 });
  });

  it('is told to the host with its traffic, and can be ended by it', async () => {
    const seen: RealtimeCallInfo[] = [];
    const { clock, endpoint } = world({ onCall: (call) => seen.push(call) });
    const client = memoryClient(endpoint, { url: '/openai/realtime?api-version=1&deployment=d&api-key=secret' });
    await clock.advance(5);
    client.send(clear);
    expect(seen[0]).toMatchObject({ model: 'd', url: '/openai/realtime?api-version=1&deployment=d', dialect: 'azure-preview' });
    expect(seen[0]?.traffic).toMatchObject({ clientEvents: 1, serverEvents: 2 });
    expect(seen[0]?.traffic.serverBytes).toBe(client.texts.join('').length);
    seen[0]?.close(4001, 'enough');
    expect(client.end).toEqual({ code: 4001, reason: 'enough' });
    expect(await seen[0]?.done).toMatchObject({ code: 4001, failed: false });
    expect(endpoint.counts.clientEvents).toBe(1);
  });
});

describe('the log', () => {
  it('gets each event of both directions as it was on the wire, in order', async () => {
    const lines: RealtimeLogLine[] = [];
    const { clock, endpoint } = world({ log: (line) => lines.push(line) });
    const client = memoryClient(endpoint, { headers: { 'openai-beta': 'realtime=v1' } });
    await clock.advance(5);
    client.send(flat);
    client.send({ type: 'response.create' });
    client.send('{"type":');
    client.receiver.receiveBinary(3);
    expect(lines.map(({ dir, event }) => `${dir} ${'type' in event ? event.type : event.unreadable}`)).toEqual([
      'server session.created',
      'client session.update',
      'server session.updated',
      'client response.create',
      'server response.audio.done',
      'client {"type":',
      'server error',
      'client binary frame of 3 bytes',
      'server error',
    ]);
    expect(lines.filter(({ dir }) => dir === 'server').map(({ event }) => event)).toEqual(client.events);
    expect(new Set(lines.map(({ proto, conn }) => `${proto} ${conn}`))).toEqual(new Set([`beta ${endpoint.calls[0]?.id}`]));
  });

  it('may fail, as may the other hooks, without harm', async () => {
    const fail = () => {
      throw new Error('full disk');
    };
    const { clock, endpoint } = world({ log: fail, onCall: fail });
    const client = memoryClient(endpoint);
    await clock.advance(5);
    expect(types(client.events)).toEqual(['session.created']);
  });
});

describe('closing an endpoint', () => {
  it('waits for calls to end by themselves, then ends them', async () => {
    const { clock, endpoint } = world();
    const [leaving, staying] = [memoryClient(endpoint), memoryClient(endpoint)];
    await clock.advance(5);
    const closed = endpoint.close({ drainMs: 1000 });
    await clock.advance(500);
    leaving.receiver.closed(1000);
    expect(staying.end).toBeUndefined();
    await clock.advance(500);
    await closed;
    expect(staying.end?.code).toBe(1001);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends also when a pipeline does not let go', async () => {
    const clock = new VirtualClock();
    const endpoint = engineEndpoint((seed) => ({ ...standInEngine(seed), done: new Promise(() => undefined) }), {
      clock,
      closeMs: 3000,
    });
    memoryClient(endpoint);
    await clock.advance(5);
    const closed = endpoint.close();
    await clock.advance(3000);
    await closed;
  });
});
