import type { ChatMessage } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { resolveChatOptions } from './chat-options.js';
import { answerOf, collect, hello, key, said, start, stopped, textOf, user, weather } from './test-support/chat-setup.js';
import { delta, done, event, fails, hangs, streams } from './test-support/loopback-server.js';

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

  it('when the stream stands still for longer than a chunk may take', async () => {
    const { model, call, clock, server } = await start([hangs(said('One '), said('two '))], { nextChunkTimeoutMs: 7_000 });
    const heard: string[] = [];
    const run = async () => {
      for await (const chunk of model.generate({ messages: hello, tools: [] }, call)) {
        if (chunk.type === 'text') heard.push(chunk.text);
        // As long as the reader takes is not the server's time.
        clock.advance(7_000);
      }
    };
    const running = run();
    running.catch(() => undefined);
    const { closed } = await server.arrived(0);
    while (heard.length < 2) await clock.timerOf(7_000);
    await clock.timerOf(7_000);
    clock.advance(7_000);
    await expect(running).rejects.toMatchObject({ category: 'timeout', message: expect.stringContaining('7000 ms') });
    expect(heard).toEqual(['One ', 'two ']);
    await closed;
    expect(clock.pendingTimers).toBe(0);
  });

  it('and lets half a minute pass between two chunks, also those of a tool call, unless it is told otherwise', async () => {
    const { model } = await start([streams(done)]);
    expect(resolveChatOptions({ model: 'test', apiKey: key }).nextChunkTimeoutMs).toBe(30_000);
    expect(model.tuning).toEqual({ firstMs: 120_000, nextMs: 120_000 });
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
