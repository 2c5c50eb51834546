import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { Frame } from '../frames/frame.js';
import { pipeline } from '../pipeline/pipeline.js';
import { createSession } from '../session/session.js';
import type { SessionOptions } from '../session/session-options.js';
import { type HookServer, hookServer } from '../test-support/hook-server.js';
import { type WebhooksOptions, webhooks } from './webhooks.js';

const servers: HookServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function endpoint(answer?: (response: ServerResponse, index: number) => unknown): Promise<HookServer> {
  const server = await hookServer(answer);
  servers.push(server);
  return server;
}

/** A session that does nothing but post; real requests, and no time passes by itself. */
async function posting(url: string, options: Partial<WebhooksOptions> = {}, session: SessionOptions = {}) {
  const clock = new VirtualClock({ externalCost: 'none' });
  const running = createSession(pipeline(webhooks({ url, backoffMs: 100, ...options })), { id: 'call 1', clock, ...session });
  const errors: string[] = [];
  running.frames$.subscribe(({ frame, to }) => {
    if (frame.kind === 'error' && to === 'session') errors.push(frame.message);
  });
  await running.start();
  const say = (text: string): Frame => {
    const frame = running.frame('user-stopped-speaking', { speechAtMs: 0, text });
    running.send(frame);
    return frame;
  };
  const ends = async () => {
    const report = running.end();
    await clock.runUntil(report);
    return report;
  };
  return { session: running, clock, errors, say, ends };
}

const kindsOf = ({ requests }: HookServer) => requests.map(({ body }) => body.kind);
const textsOf = ({ requests }: HookServer) =>
  requests.flatMap(({ body: { data } }) => (typeof data === 'object' && data !== null && 'text' in data ? [data.text] : []));

describe('webhooks', () => {
  test('post what is notable, in order, with session, time and a key of its own, and at last the end (S001-62)', async () => {
    const server = await endpoint();
    const { session, clock, ends } = await posting(server.url, { headers: { authorization: 'Bearer x' } });
    await clock.advance(1500);
    const send = (frame: Frame): void => session.send(frame);
    send(session.frame('user-stopped-speaking', { speechAtMs: 1200, text: 'Two boxes.' }));
    const outcome = { status: 'result', value: { ordered: 2 } } as const;
    send(session.frame('tool-result', { group: 'g', callId: 'c', name: 'order', outcome }));
    const tokens = { name: 'completion-tokens', value: 7, unit: 'tokens', processor: 'llm' } as const;
    send(session.frame('metrics', { metrics: [tokens] }));
    send(session.frame('bot-spoke', { utterance: 'u', text: 'They', playedMs: 200, state: 'playing' }));
    send(session.frame('bot-spoke', { utterance: 'u', text: 'They come.', playedMs: 900, state: 'complete' }));
    const cause = new Error('secret');
    send(session.frame('error', { category: 'server', message: 'Busy.', processor: 'llm', usable: true, cause }));
    send(session.frame('llm-text', { text: 'not notable', response: 'r' }));
    const report = await ends();
    expect(report).toMatchObject({ reason: 'ended' });
    expect(server.requests.map(({ body: { kind, data } }) => [kind, data])).toEqual([
      ['user-stopped-speaking', { speechAtMs: 1200, text: 'Two boxes.' }],
      ['tool-result', { group: 'g', callId: 'c', name: 'order', outcome }],
      ['metrics', { metrics: [tokens] }],
      ['bot-spoke', { utterance: 'u', text: 'They come.', playedMs: 900, state: 'complete' }],
      ['error', { category: 'server', message: 'Busy.', processor: 'llm', usable: true }],
      ['end', { lost: 0 }],
    ]);
    const ids = server.requests.map(({ body }) => body.id);
    expect(ids).toEqual([1, 2, 3, 4, 5, 6].map((count) => `call%201/webhooks/${count}`));
    expect(server.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(ids);
    expect(server.requests[0]).toMatchObject({
      headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
      body: { session: 'call 1', atMs: 1500, turn: 0, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.+Z$/u) },
    });
    expect(clock.pendingTimers).toBe(0);
  });

  test('never delay a frame: it has passed before its event is sent, also when the endpoint hangs', async () => {
    const server = await endpoint((_response, index) => (index === 0 ? 'never' : undefined));
    const { session, say, clock } = await posting(server.url);
    const passed: number[] = [];
    session.frames$.subscribe(({ frame, to, direction }) => {
      if (to === 'session' && direction === 'down') passed.push(frame.id);
    });
    const frames = [say('one'), say('two')];
    expect(passed).toEqual(frames.map(({ id }) => id));
    await server.next();
    session.cancel();
    await clock.runUntil(session.done);
  });

  test('try again after 429, 5xx and a broken line, with the same key and in order (S001-62)', async () => {
    const server = await endpoint((response, index) => {
      if (index === 0) return response.writeHead(503).end();
      if (index === 1) return response.writeHead(429).end();
      return index === 2 ? response.destroy() : undefined;
    });
    const { say, ends, errors } = await posting(server.url, { retries: 3 });
    say('one');
    say('two');
    await ends();
    expect(textsOf(server)).toEqual(['one', 'one', 'one', 'one', 'two']);
    expect(new Set(server.requests.slice(0, 4).map(({ body }) => body.id)).size).toBe(1);
    expect(errors).toEqual([]);
  });

  test('give up an event that is refused, tell of it once, and go on with the next', async () => {
    const server = await endpoint((response, index) => (index < 2 ? response.writeHead(401).end() : undefined));
    const { say, clock, ends, errors } = await posting(server.url);
    for (const text of ['one', 'two', 'three']) say(text);
    await clock.runUntil(() => server.requests.length === 3);
    const report = await ends();
    expect(errors).toEqual(['"webhooks" could not post everything. The service answered 401 Unauthorized.']);
    expect(report.totalErrors).toBe(1);
    expect(server.requests.at(-1)?.body).toMatchObject({ kind: 'end', data: { lost: 2 } });
  });

  test('keep so many events and no more: the oldest goes, is counted, and told once', async () => {
    let release: (() => void) | undefined;
    const server = await endpoint((response, index) => {
      if (index > 0) return undefined;
      release = () => response.end();
      return 'later';
    });
    const { say, ends, errors } = await posting(server.url, { maxWaiting: 2 });
    say('first');
    await server.next();
    for (const text of ['a', 'b', 'c', 'd']) say(text);
    release?.();
    await ends();
    expect(textsOf(server)).toEqual(['first', 'c', 'd']);
    expect(errors).toEqual(['"webhooks" could not post everything. "webhooks" has 2 events waiting and lets the oldest go.']);
    expect(server.requests.at(-1)?.body).toMatchObject({ data: { lost: 2 } });
  });

  test('do not keep a session from ending for longer than its drain, and one failure at the end is enough', async () => {
    const hanging = await endpoint(() => 'never');
    const slow = await posting(hanging.url, { timeoutMs: 60_000, lastMs: 100 }, { drainMs: 300, clock: new VirtualClock() });
    slow.say('one');
    const clock = slow.session.clock as VirtualClock;
    await clock.runUntil(slow.session.end());
    expect(await slow.session.done).toMatchObject({ reason: 'timed-out', detail: expect.stringContaining('webhooks, sending') });

    const down = await endpoint((response) => response.writeHead(500).end());
    const failing = await posting(down.url, { retries: 0 });
    for (const text of ['one', 'two', 'three']) failing.say(text);
    expect(await failing.ends()).toMatchObject({ reason: 'ended' });
    expect(textsOf(down)).toEqual(['one']);
    expect(down.requests.at(-1)?.body).toMatchObject({ kind: 'end', data: { lost: 3 } });
  });

  test('go on at the end when one event is refused: the others may be wanted', async () => {
    const server = await endpoint((response, index) => (index === 0 ? response.writeHead(422).end() : undefined));
    const { say, ends } = await posting(server.url);
    for (const text of ['one', 'two', 'three']) say(text);
    await ends();
    expect(textsOf(server)).toEqual(['one', 'two', 'three']);
    expect(server.requests.at(-1)?.body).toMatchObject({ kind: 'end', data: { lost: 1 } });
  });

  test('drop everything at a cancel, and say how much it was', async () => {
    const server = await endpoint((response, index) => (index === 0 ? 'never' : response.end()));
    const { session, say, clock } = await posting(server.url);
    say('one');
    say('two');
    await server.next();
    session.cancel('The line is dead.');
    await clock.runUntil(session.done);
    expect(kindsOf(server)).toEqual(['user-stopped-speaking', 'cancel']);
    expect(server.requests[1]?.body).toMatchObject({ data: { reason: 'The line is dead.', lost: 2 } });
    expect(clock.pendingTimers).toBe(0);
  });

  test('post each frame once, also one that comes both ways, and keep sessions apart', async () => {
    const server = await endpoint();
    const both = await posting(server.url, { kinds: ['metrics'] });
    const frame = both.session.frame('metrics', { metrics: [] });
    both.session.send(frame);
    both.session.send(frame);
    await both.ends();
    expect(kindsOf(server)).toEqual(['metrics']);
    const stage = webhooks({ url: server.url, kinds: ['end'] });
    const clock = new VirtualClock({ externalCost: 'none' });
    const sessions = ['a', 'b'].map((id) => createSession(pipeline(stage), { id, clock }));
    for (const session of sessions) await session.start();
    await clock.runUntil(Promise.all(sessions.map((session) => session.end())));
    expect(server.requests.slice(1).map(({ body }) => body.id)).toEqual(expect.arrayContaining(['a/webhooks/1', 'b/webhooks/1']));
  });

  test('pass over what cannot be written as JSON, with one error, and leave out what is too long', async () => {
    const server = await endpoint();
    const { session, ends, errors } = await posting(server.url);
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const result = (value: unknown) =>
      session.send(session.frame('tool-result', { group: 'g', callId: 'c', name: 'n', outcome: { status: 'result', value } }));
    result(circle);
    result({ big: 12n, bytes: new Uint8Array(4) });
    result('x'.repeat(300_000));
    await ends();
    expect(errors).toEqual([expect.stringContaining('circular')]);
    expect(server.requests.map(({ body }) => body.data)).toEqual([
      { group: 'g', callId: 'c', name: 'n', outcome: { status: 'result', value: { big: '12' } } },
      { omitted: expect.stringMatching(/^30\d{4} characters$/u) },
      { lost: 0 },
    ]);
  });

  test('refuse options that make no sense', () => {
    expect(() => webhooks({ url: 'ftp://ops.example' })).toThrow('begins with http');
    expect(() => webhooks({ url: 'http://ops.example', maxWaiting: 0 })).toThrow('maxWaiting of "webhooks" is 0');
    expect(() => webhooks({ url: 'http://ops.example', kinds: ['tts-audio'] })).toThrow('cannot post tts-audio frames');
  });
});
