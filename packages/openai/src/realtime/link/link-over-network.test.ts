import { once } from 'node:events';
import { realClock, VirtualClock } from '@voxrill/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loopbackRealtime } from '../../test-support/loopback-realtime.js';
import { realtimeClientEvents } from '../protocol/client-events.js';
import type { RealtimeLinkOptions } from './link-options.js';
import { RealtimeLink } from './realtime-link.js';
import { realtimeTarget } from './realtime-target.js';

const greeting = '{"type":"session.created","event_id":"event_1","session":{"type":"realtime","model":"m"}}';
const beta = '{"type":"session.created","event_id":"event_1","session":{"model":"m","modalities":["text","audio"]}}';

function linkTo(baseURL: string, more: Partial<RealtimeLinkOptions> = {}) {
  const told: string[] = [];
  const waiting = new Map<string, () => void>();
  const tell = (line: string): void => {
    told.push(line);
    waiting.get(line)?.();
  };
  const { dialect = 'ga' } = more;
  const link = new RealtimeLink({
    target: realtimeTarget({ model: 'm', dialect, baseURL, apiKey: 'sk-very-secret-key' }, {}),
    dialect,
    clock: realClock(),
    session: { leadMs: 60_000 },
    retry: { firstMs: 1 },
    events: {
      connected: (connection) => {
        connection.send(realtimeClientEvents.commitAudio());
        tell(`connected ${connection.id}`);
      },
      event: ({ id }, { type }) => tell(`event ${id} ${type}`),
      lost: (connection, error) => tell(`lost ${connection?.id ?? '-'} ${error.category}`),
      expiring: ({ id }) => tell(`expiring ${id}`),
      gone: ({ category }) => tell(`gone ${category}`),
    },
    ...more,
  });
  onTestFinished(() => link.close());
  const until = (line: string) =>
    new Promise<void>((resolve) => {
      if (told.includes(line)) resolve();
      else waiting.set(line, resolve);
    });
  return { link, told, until, started: link.start(new AbortController().signal) };
}

describe('a link over a real network', () => {
  it('is refused for good by a wrong key, which it does not say', async () => {
    const body = '{"error":{"code":"invalid_api_key","message":"Incorrect API key provided: sk-very-secret-key."}}';
    const { url } = await loopbackRealtime({ refuse: { status: 401, body } });
    const { started, told } = linkTo(url);
    const error: unknown = await started.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ category: 'authentication', usable: false });
    expect(String(error)).not.toContain('secret');
    expect(told).toEqual([]);
  });

  it('S001-43: comes back after the connection is torn, and after the session has reached its limit', async () => {
    const server = await loopbackRealtime();
    const { started, until, told } = linkTo(server.url, { retry: { firstMs: 1, stableMs: 0 } });
    const first = await server.nextSocket();
    first.send(greeting);
    await started;
    first.terminate();
    await until('lost 0 connectivity');
    const second = await server.nextSocket();
    second.send(greeting);
    await until('connected 1');
    second.close(1001, 'Your session hit the maximum duration of 60 minutes.');
    const third = await server.nextSocket();
    const heard = once(third, 'message');
    third.send(greeting);
    await until('connected 2');
    expect(String((await heard)[0])).toBe('{"type":"input_audio_buffer.commit"}');
    third.send('{"type":"input_audio_buffer.cleared","event_id":"e"}');
    await until('event 2 input_audio_buffer.cleared');
    expect(told.filter((line) => line.startsWith('gone'))).toEqual([]);
  });

  it('speaks the beta to a server that does', async () => {
    const server = await loopbackRealtime();
    const { started, link } = linkTo(server.url, { dialect: 'beta' });
    const far = await server.nextSocket();
    far.send(beta);
    await started;
    expect(server.requests[0]?.headers['openai-beta']).toBe('realtime=v1');
    far.send('{"type":"response.text.delta","event_id":"e"}');
    expect(link.traffic.sentEvents).toBe(1);
  });

  it('leaves no socket open when it is closed', async () => {
    const server = await loopbackRealtime();
    const { started, link, told } = linkTo(server.url);
    const far = await server.nextSocket();
    far.send(greeting);
    await started;
    const closed = once(far, 'close');
    link.close();
    expect((await closed)[0]).toBe(1000);
    expect(told).toEqual(['connected 0']);
  });

  it('does not outlive its time when a server takes the connection and never answers', async () => {
    const { url, arrived } = await loopbackRealtime({ refuse: 'hang' });
    const clock = new VirtualClock();
    const { started } = linkTo(url, { clock, connectMs: 5_000 });
    const error = started.catch((reason: unknown) => reason);
    await clock.advance(0);
    await arrived();
    await clock.advance(5_000);
    expect(await error).toMatchObject({ category: 'timeout' });
    expect(clock.pendingTimers).toBe(0);
  });
});
