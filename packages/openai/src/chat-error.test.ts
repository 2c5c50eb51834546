import { describe, expect, it } from 'vitest';
import { collect, failureOf, hello, key, said, start, stopped, textOf } from './test-support/chat-setup.js';
import { type Behaviour, breaksOff, delta, done, event, fails, streams } from './test-support/loopback-server.js';

describe('openaiChat names what is wrong', () => {
  it.each([
    ['401', fails(401, { message: `Incorrect API key provided: ${key}` }), 'authentication', /API key/],
    ['403', fails(403, { message: 'Region not supported.' }), 'authorization', /permissions/],
    ['404', fails(404, { message: 'model "test" not found' }), 'invalid-request', /"test".*base URL/],
    ['400', fails(400, { message: `Bad ${key} field` }), 'invalid-request', /"test"/],
    ['429', fails(429, { message: 'Slow down', type: 'rate_limit_error' }), 'rate-limit', /rate limit/],
    ['429 without quota', fails(429, { message: 'You exceeded your quota', code: 'insufficient_quota' }), 'quota', /billing/],
    ['500', fails(500, { message: 'oops' }), 'server', /status 500/],
    [
      '503 with a page instead of JSON',
      ((response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<html>busy</html>')) satisfies Behaviour,
      'server',
      /status 503/,
    ],
    ['a connection that is closed in the middle', breaksOff(said('Hel')), 'connectivity', /middle of the answer/],
    ['an answer that ends too soon in good order', streams(said('Hel')), 'connectivity', /middle of the answer/],
    ['a connection that is closed before the answer', breaksOff(), 'connectivity', /connection/],
    ['malformed JSON', streams(said('Hi'), 'data: {"choices":[{"delta"\n\n', done), 'server', /not valid JSON/],
    [
      'an error inside the stream',
      streams(said('Hi'), event({ error: { message: 'GPU fell off', type: 'server_error' } })),
      'server',
      /GPU fell off/,
    ],
    [
      'a page that is no stream at all',
      ((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>')) satisfies Behaviour,
      'server',
      /\/v1/,
    ],
    [
      'an answer that the content filter held back',
      streams(event(delta({}, 'content_filter')), done),
      'invalid-request',
      /content filter/,
    ],
  ] as const)('%s', async (_name, behaviour, category, message) => {
    const error = await failureOf(behaviour);
    expect(error.category).toBe(category);
    expect(error.message).toMatch(message);
  });

  it('a server that is not running', async () => {
    const { server, model, call } = await start([streams(done)]);
    await server.stop();
    const error = await collect(model.generate({ messages: hello, tools: [] }, call)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      category: 'connectivity',
      message: `Cannot connect: is the server running at ${server.baseURL}?`,
      usable: true,
    });
  });

  it('keeps a service out of use only where trying again is pointless', async () => {
    expect((await failureOf(fails(401))).usable).toBe(false);
    expect((await failureOf(fails(500))).usable).toBe(true);
  });

  it('yields what came before the fault', async () => {
    const { model, call } = await start([breaksOff(said('Good '))]);
    const heard: string[] = [];
    const run = async () => {
      for await (const chunk of model.generate({ messages: hello, tools: [] }, call))
        if (chunk.type === 'text') heard.push(chunk.text);
    };
    await expect(run()).rejects.toMatchObject({ category: 'connectivity' });
    expect(heard).toEqual(['Good ']);
  });
});

describe('openaiChat tries again', () => {
  const good = streams(said('Hi'), stopped, done);

  it('after 429, as late as Retry-After says', async () => {
    const { model, call, clock, server } = await start([fails(429, {}, { 'retry-after': '3' }), good], { maxRetries: 2 });
    const chunks = collect(model.generate({ messages: hello, tools: [] }, call));
    await clock.timerOf(3_000);
    expect(server.requests).toHaveLength(1);
    clock.advance(3_000);
    expect(textOf(await chunks)).toBe('Hi');
  });

  it('after faults of the server and lost connections, with a wait that doubles', async () => {
    const { model, call, clock, server } = await start([fails(500), breaksOff(), good], { maxRetries: 2 });
    const chunks = collect(model.generate({ messages: hello, tools: [] }, call));
    await clock.timerOf(300);
    clock.advance(300);
    await clock.timerOf(600);
    clock.advance(600);
    expect(textOf(await chunks)).toBe('Hi');
    expect(server.requests).toHaveLength(3);
    expect(clock.pendingTimers).toBe(0);
  });

  it('no more often than maxRetries', async () => {
    const { model, call, clock, server } = await start([fails(500)], { maxRetries: 1 });
    const chunks = collect(model.generate({ messages: hello, tools: [] }, call));
    chunks.catch(() => undefined);
    await clock.timerOf(300);
    clock.advance(300);
    await expect(chunks).rejects.toMatchObject({ category: 'server' });
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ['something was said already', breaksOff(said('Hi'))],
    ['the key is wrong', fails(401)],
    ['the request is wrong', fails(400)],
    ['the quota is used up', fails(429, { code: 'insufficient_quota' })],
    ['the server asks for a wait that is too long for a voice', fails(429, {}, { 'retry-after': '60' })],
  ])('not when %s', async (_name, behaviour) => {
    const { model, call, server } = await start([behaviour], { maxRetries: 3 });
    await expect(collect(model.generate({ messages: hello, tools: [] }, call))).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
  });

  it('without stream_options when the server refuses them, and remembers that', async () => {
    const refusal = fails(400, { message: 'Unknown field: stream_options' });
    const { model, call, server } = await start([refusal, good]);
    expect(textOf(await collect(model.generate({ messages: hello, tools: [] }, call)))).toBe('Hi');
    await collect(model.generate({ messages: hello, tools: [] }, call));
    expect(server.requests.map((request) => 'stream_options' in request.body)).toEqual([true, false, false]);
  });
});
