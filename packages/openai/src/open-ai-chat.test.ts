import type { ChatMessage, LLMChunk, ServiceCall, ToolDefinition } from '@voxrill/core';
import { ServiceError } from '@voxrill/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { OpenAIChatOptions } from './chat-options.js';
import { openaiChat } from './open-ai-chat.js';
import {
  type Behaviour,
  breaksOff,
  delta,
  done,
  event,
  fails,
  hangs,
  type LoopbackServer,
  loopbackServer,
  streams,
} from './test-support/loopback-server.js';
import { ManualClock } from './test-support/manual-clock.js';

const key = 'sk-very-secret-key-123';
const user = (content: string): ChatMessage => ({ role: 'user', content });
const hello = [user('Hello')];
const weather: ToolDefinition = {
  name: 'get_weather',
  description: 'Weather of a place',
  parameters: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] },
};
const said = (text: string) => event(delta({ content: text }));
const stopped = event(delta({}, 'stop'));

let server: LoopbackServer | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
  server = undefined;
});

async function start(behaviours: readonly Behaviour[], options: Partial<OpenAIChatOptions> = {}) {
  server = await loopbackServer(...behaviours);
  const clock = new ManualClock();
  const abort = new AbortController();
  const call: ServiceCall = { clock, signal: abort.signal };
  const model = openaiChat({ model: 'test', apiKey: key, baseURL: server.baseURL, maxRetries: 0, ...options });
  return { server, clock, abort, call, model };
}

async function collect(chunks: AsyncIterable<LLMChunk>): Promise<LLMChunk[]> {
  const all: LLMChunk[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

const textOf = (chunks: readonly LLMChunk[]): string => chunks.map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join('');
const callsOf = (chunks: readonly LLMChunk[]) => chunks.flatMap((chunk) => (chunk.type === 'tool-call' ? [chunk.call] : []));

async function answerOf(behaviour: Behaviour, messages: readonly ChatMessage[] = hello) {
  const { model, call, clock } = await start([behaviour]);
  const chunks = await collect(model.generate({ messages, tools: [weather] }, call));
  expect(clock.pendingTimers).toBe(0);
  return chunks;
}

async function failureOf(behaviour: Behaviour, options: Partial<OpenAIChatOptions> = {}): Promise<ServiceError> {
  const { model, call, clock } = await start([behaviour], options);
  const error: unknown = await collect(model.generate({ messages: hello, tools: [] }, call)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ServiceError);
  expect(clock.pendingTimers).toBe(0);
  const failed = error as ServiceError;
  expect(failed.message).not.toContain(key);
  expect(failed.message).toMatch(/^[^\n]+[.?]$/);
  return failed;
}

describe('openaiChat streams answers', () => {
  it('yields text piece by piece and the usage last, with its cached part', async () => {
    const usage = {
      prompt_tokens: 1300,
      completion_tokens: 2,
      total_tokens: 1302,
      prompt_tokens_details: { cached_tokens: 1280 },
      completion_tokens_details: { reasoning_tokens: 1 },
    };
    const chunks = await answerOf(
      streams(
        event(delta({ role: 'assistant', content: '' })),
        said('Good '),
        said('morning.'),
        stopped,
        event({ choices: [], usage }),
        done,
      ),
    );
    expect(chunks).toEqual([
      { type: 'text', text: 'Good ' },
      { type: 'text', text: 'morning.' },
      { type: 'usage', usage: { promptTokens: 1300, completionTokens: 2, cachedPromptTokens: 1280, reasoningTokens: 1 } },
    ]);
  });

  it('sends the model, the messages, the tools and the options, and the key as a bearer', async () => {
    const { model, call, server } = await start([streams(said('ok'), stopped, done)], {
      temperature: 0.2,
      maxTokens: 50,
      extraBody: { top_k: 4 },
      headers: { 'x-team': 'a' },
    });
    const messages: ChatMessage[] = [
      { role: 'system', content: 'Be short.' },
      user('Weather?'),
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: '21' },
      { role: 'assistant', content: null },
    ];
    await collect(model.generate({ messages, tools: [weather] }, call));
    const [seen] = server.requests;
    expect(seen?.path).toBe('/v1/chat/completions');
    expect(seen?.headers.authorization).toBe(`Bearer ${key}`);
    expect(seen?.headers['x-team']).toBe('a');
    expect(seen?.body).toEqual({
      model: 'test',
      messages: [...messages.slice(0, 4), { role: 'assistant', content: '' }],
      tools: [
        {
          type: 'function',
          function: { name: 'get_weather', description: 'Weather of a place', parameters: weather.parameters },
        },
      ],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.2,
      max_tokens: 50,
      top_k: 4,
    });
  });

  it('sends no tools field when there are no tools', async () => {
    const { model, call, server } = await start([streams(said('ok'), stopped, done)]);
    await collect(model.generate({ messages: hello, tools: [] }, call));
    expect(server.requests[0]?.body).not.toHaveProperty('tools');
  });

  it('puts letters together that are cut in two by packets', async () => {
    const bytes = new TextEncoder().encode(said('Größe 🍓 très bien') + stopped + done);
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(textOf(await answerOf(streams(...pieces)))).toBe('Größe 🍓 très bien');
  });

  it.each([
    ['the closing [DONE] is missing', streams(said('Hi'), stopped)],
    ['no finish reason is given', streams(said('Hi'), done)],
    ['the finish reason comes twice', streams(said('Hi'), stopped, stopped, done)],
    [
      'chunks have no choices, null choices or no delta',
      streams(event({ choices: [] }), event({ choices: null }), event({ choices: [{ index: 0 }] }), said('Hi'), stopped, done),
    ],
    ['comments keep the connection alive', streams(': ping\n\n', said('Hi'), ': ping\n\n', stopped, done)],
    [
      'the message comes whole',
      streams(event({ choices: [{ message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }] }), done),
    ],
    ['chunks are null or text', streams(event('null'), event('"x"'), said('Hi'), stopped, done)],
  ])('is content when %s', async (_name, behaviour) => {
    expect(textOf(await answerOf(behaviour))).toBe('Hi');
  });
});

describe('openaiChat puts tool calls together', () => {
  const piece = (call: object) => event(delta({ tool_calls: [call] }));
  const finished = event(delta({}, 'tool_calls'));

  it('from fragments, several at once, by their index', async () => {
    const chunks = await answerOf(
      streams(
        piece({ index: 0, id: 'a', type: 'function', function: { name: 'get_weather', arguments: '' } }),
        piece({ index: 0, function: { arguments: '{"loca' } }),
        piece({ index: 1, id: 'b', type: 'function', function: { name: 'get_weather', arguments: '' } }),
        piece({ index: 0, function: { arguments: 'tion":"Paris"}' } }),
        piece({ index: 1, function: { arguments: '{"location":"Rome"}' } }),
        finished,
        finished,
        done,
      ),
    );
    expect(callsOf(chunks)).toEqual([
      { id: 'a', name: 'get_weather', arguments: '{"location":"Paris"}' },
      { id: 'b', name: 'get_weather', arguments: '{"location":"Rome"}' },
    ]);
  });

  const paris = { name: 'get_weather', arguments: '{"location":"Paris"}' };
  const rome = { name: 'get_weather', arguments: '{"location":"Rome"}' };
  it.each([
    [
      'sends whole calls in one chunk',
      [
        event(
          delta({
            tool_calls: [
              { index: 0, id: 'a', function: paris },
              { index: 1, id: 'b', function: rome },
            ],
          }),
        ),
      ],
    ],
    ['leaves out the index', [piece({ id: 'a', function: paris }), piece({ id: 'b', function: rome })]],
    [
      'gives every call the index 0',
      [piece({ index: 0, id: 'a', function: paris }), piece({ index: 0, id: 'b', function: rome })],
    ],
    ['leaves out index and id', [piece({ function: paris }), piece({ function: rome })]],
    [
      'sends arguments as an object',
      [
        piece({ index: 0, id: 'a', function: { ...paris, arguments: { location: 'Paris' } } }),
        piece({ index: 1, function: rome }),
      ],
    ],
    [
      'repeats id and name',
      [
        piece({ index: 0, id: 'a', function: { name: 'get_weather', arguments: '{"location":' } }),
        piece({ index: 0, id: 'a', function: { name: 'get_weather', arguments: '"Paris"}' } }),
        piece({ index: 1, id: 'b', function: rome }),
      ],
    ],
  ])('of a server that %s', async (_name, pieces) => {
    const calls = callsOf(await answerOf(streams(...pieces, finished, done)));
    expect(calls.map(({ name, arguments: args }) => ({ name, arguments: args }))).toEqual([paris, rome]);
    expect(new Set(calls.map((call) => call.id)).size).toBe(2);
  });

  it('with {} for arguments that are missing', async () => {
    expect(callsOf(await answerOf(streams(piece({ index: 0, id: 'a', function: { name: 'hang_up' } }), finished, done)))).toEqual(
      [{ id: 'a', name: 'hang_up', arguments: '{}' }],
    );
  });

  it('with a new id when the server uses one a second time', async () => {
    const before: ChatMessage[] = [
      user('Weather?'),
      { role: 'assistant', content: null, tool_calls: [{ id: 'call_0', type: 'function', function: paris }] },
      { role: 'tool', tool_call_id: 'call_0', content: '21' },
      user('And in Rome?'),
    ];
    const [call] = callsOf(await answerOf(streams(piece({ index: 0, id: 'call_0', function: rome }), finished, done), before));
    expect(call?.id).not.toBe('call_0');
    expect(call?.name).toBe('get_weather');
  });
});

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
    await server?.stop();
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
    await failureOf(behaviour, { maxRetries: 3 });
    expect(server?.requests).toHaveLength(1);
  });

  it('without stream_options when the server refuses them, and remembers that', async () => {
    const refusal = fails(400, { message: 'Unknown field: stream_options' });
    const { model, call, server } = await start([refusal, good]);
    expect(textOf(await collect(model.generate({ messages: hello, tools: [] }, call)))).toBe('Hi');
    await collect(model.generate({ messages: hello, tools: [] }, call));
    expect(server.requests.map((request) => 'stream_options' in request.body)).toEqual([true, false, false]);
  });
});

describe('openaiChat stops', () => {
  it('the request at once when the call is aborted while it waits for the first token', async () => {
    const { model, call, abort, server, clock } = await start([hangs()]);
    const chunks = collect(model.generate({ messages: hello, tools: [] }, call));
    const { closed } = await server.arrived(0);
    abort.abort(new Error('interrupted'));
    expect(await chunks).toEqual([]);
    await closed;
    expect(clock.pendingTimers).toBe(0);
  });

  it('the request when the call is aborted in the middle of the answer', async () => {
    const { model, call, abort, server } = await start([hangs(said('One '), said('two '))]);
    const heard: string[] = [];
    for await (const chunk of model.generate({ messages: hello, tools: [] }, call)) {
      if (chunk.type === 'text') heard.push(chunk.text);
      abort.abort(new Error('interrupted'));
    }
    expect(heard).toEqual(['One ']);
    await (await server.arrived(0)).closed;
  });

  it('the request when nobody reads on', async () => {
    const { model, call, server, clock } = await start([hangs(said('One '), said('two '))]);
    for await (const _ of model.generate({ messages: hello, tools: [] }, call)) break;
    await (await server.arrived(0)).closed;
    expect(clock.pendingTimers).toBe(0);
  });

  it('before sending anything when the call is aborted already', async () => {
    const { model, call, abort, server } = await start([streams(done)]);
    abort.abort();
    expect(await collect(model.generate({ messages: hello, tools: [] }, call))).toEqual([]);
    expect(server.requests).toHaveLength(0);
  });

  it('while it waits to try again', async () => {
    const { model, call, abort, clock } = await start([fails(500)], { maxRetries: 2 });
    const chunks = collect(model.generate({ messages: hello, tools: [] }, call));
    await clock.timerOf(300);
    abort.abort(new Error('interrupted'));
    expect(await chunks).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('when the first token takes too long', async () => {
    const { model, call, clock, server } = await start([hangs()], { firstTokenTimeoutMs: 4_000 });
    const chunks = collect(model.generate({ messages: hello, tools: [] }, call));
    chunks.catch(() => undefined);
    const { closed } = await server.arrived(0);
    clock.advance(4_000);
    await expect(chunks).rejects.toMatchObject({ category: 'timeout', message: expect.stringContaining('4000 ms') });
    await closed;
  });

  it('when the whole answer takes too long', async () => {
    const { model, call, clock, server } = await start([hangs(said('One '))], { firstTokenTimeoutMs: 4_000, timeoutMs: 9_000 });
    const heard: string[] = [];
    const run = async () => {
      for await (const chunk of model.generate({ messages: hello, tools: [] }, call)) {
        if (chunk.type === 'text') heard.push(chunk.text);
        clock.advance(9_000);
      }
    };
    await expect(run()).rejects.toMatchObject({ category: 'timeout' });
    expect(heard).toEqual(['One ']);
    await (await server.arrived(0)).closed;
  });
});

describe('openaiChat checks its options at the door', () => {
  const make = (options: object) => () => openaiChat({ model: 'test', apiKey: key, ...options });

  it.each([
    ['an empty model', { model: '' }, /model must be the name/],
    ['a base URL that is none', { baseURL: 'localhost' }, /baseURL must be a URL/],
    ['a base URL of another protocol', { baseURL: 'ftp://host/v1' }, /http/],
    ['a temperature out of range', { temperature: 3 }, /temperature must be a number from 0 to 2/],
    ['a time-out that is no number', { timeoutMs: Number.NaN }, /timeoutMs/],
    ['half a retry', { maxRetries: 0.5 }, /maxRetries must be a whole number/],
    ['an option that does not exist', { maxToken: 5 }, /no option "maxToken"/],
  ])('%s', (_name, options, message) => {
    expect(make(options)).toThrow(message);
  });

  it('asks for a key where one is needed, and not in the local network', () => {
    vi.stubEnv('OPENAI_API_KEY', '');
    expect(() => openaiChat({ model: 'gpt-4o-mini' })).toThrow(/set OPENAI_API_KEY or pass apiKey/);
    for (const baseURL of [
      'http://localhost:11434/v1',
      'http://127.0.0.1:8080/v1',
      'http://[::1]:8000/v1',
      'http://192.168.1.5/v1',
      'http://ollama:11434/v1',
    ]) {
      expect(() => openaiChat({ model: 'llama3.2', baseURL })).not.toThrow();
    }
  });

  it('sends no key to a local server when there is none, and takes the one of the environment otherwise', async () => {
    const good = streams(said('Hi'), stopped, done);
    vi.stubEnv('OPENAI_API_KEY', '');
    const { server, call } = await start([good]);
    await collect(openaiChat({ model: 'test', baseURL: server.baseURL }).generate({ messages: hello, tools: [] }, call));
    vi.stubEnv('OPENAI_API_KEY', 'sk-from-environment');
    await collect(openaiChat({ model: 'test', baseURL: `${server.baseURL}/` }).generate({ messages: hello, tools: [] }, call));
    expect(server.requests.map((request) => request.headers.authorization)).toEqual([undefined, 'Bearer sk-from-environment']);
  });

  it('loads the SDK when it is prepared, and sends nothing', async () => {
    const { model, call, server } = await start([streams(done)]);
    await model.prepare?.(call);
    expect(server.requests).toHaveLength(0);
  });
});
