import type { RealtimeClientEvent, RealtimeServerEvent } from '@voxrill/openai';
import { describe, expect, it } from 'vitest';
import { relayTo } from '../test-support/relay-to.js';
import { socketClient } from '../test-support/socket-client.js';
import { standInServer } from '../test-support/stand-in-server.js';
import type { RelayHooks } from './relay-hooks.js';
import type { RelayRealtimeOptions } from './relay-options.js';

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
    let ready: () => void = () => undefined;
    const othersCame = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const { client, relay } = await hooked({
      async client(event) {
        if (event.type !== 'conversation.item.delete') return event;
        if (event.item_id === 'slow') await othersCame;
        if (event.item_id === 'blocked') return undefined;
        if (event.item_id === 'twice') return [remove('one'), remove('two')];
        return event.item_id === 'changed' ? remove('other') : event;
      },
    });
    for (const id of ['slow', 'same', 'blocked', 'twice', 'changed']) client.send(remove(id));
    client.send(clear);
    client.socket.ping();
    await new Promise((resolve) => client.socket.once('pong', resolve));
    // All have come, and wait for the slow one.
    expect(relay.counts.clientEvents).toBe(6);
    ready();
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

  it('that fail at what the provider sends hold it back, are reported as errors, and end nothing', async () => {
    const errors: unknown[] = [];
    const quiet = () => undefined;
    const { client } = await hooked(
      {
        server(event) {
          if (event.type === 'conversation.item.deleted') throw new Error('counter broken');
          return event;
        },
      },
      { logger: { debug: quiet, info: quiet, warn: quiet, error: (...said) => errors.push(said) } },
    );
    client.send(remove('x'));
    client.send(clear);
    await client.next('input_audio_buffer.cleared');
    expect(client.events.filter(({ type }) => type === 'conversation.item.deleted')).toEqual([]);
    const about = { type: 'conversation.item.deleted', error: new Error('counter broken') };
    expect(errors).toEqual([['The server hook failed, and the event was not passed on.', expect.objectContaining(about)]]);
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
