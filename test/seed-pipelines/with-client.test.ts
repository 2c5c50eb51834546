import { createServer, type ServerResponse } from 'node:http';
import {
  chain,
  contextPair,
  costMeter,
  eachFrameOnce,
  eventLogger,
  metricsLogger,
  pipeline,
  type Session,
  VirtualClock,
  webhooks,
  webhookTool,
} from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, type Script, simulate } from '@voxrill/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  type RtviMessage,
  rtvi,
  rtviBotLlm,
  rtviBotTranscription,
  rtviBotTts,
  rtviMetrics,
  rtviSpeaking,
  rtviUserTranscription,
} from './rtvi-stand-ins.js';

const close: (() => void)[] = [];
afterEach(() => {
  for (const run of close.splice(0)) run();
});

interface Posted {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A shop on the loopback interface: takes orders, and is told what happens in calls. */
async function shop(answer: (order: unknown, response: ServerResponse) => void = (_order, response) => okay(response)) {
  const posted: Posted[] = [];
  const http = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      posted.push({ path: incoming.url ?? '', body });
      if (incoming.url === '/orders') answer(body, response);
      else response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  close.push(() => {
    http.closeAllConnections();
    http.close();
  });
  const address = http.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, posted };
}

const okay = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"order":7}');
};

/** A model that hears and speaks stands where this stands; a chain of services is one, seen from outside. */
const openaiRealtime = () =>
  chain(
    'realtime',
    fakeVad(),
    fakeSTT({ finalMs: 100 }),
    fakeLLM({
      firstMs: 200,
      tokenMs: 10,
      usage: { promptTokens: 1000, cachedPromptTokens: 600, completionTokens: 50 },
      replies: ({ messages, said }) => {
        if (messages.at(-1)?.role === 'tool') return 'Your order is number 7. It comes at noon.';
        if (said.includes('boxes')) return { toolCall: { name: 'place_order', arguments: { boxes: 2 } } };
        return said.includes('weather') ? { error: 'server' } : 'You are welcome.';
      },
    }),
    fakeTTS(),
  );

/** The article's pipeline with a client, functions and metrics, stage by stage in its order. */
async function callShop(url: string, script: (script: Script) => Promise<void>) {
  const transport = memoryTransport();
  const orders = webhookTool({
    ...{ name: 'place_order', description: 'Orders strawberries.', parameters: z.object({ boxes: z.number() }) },
    ...{ url: `${url}/orders`, backoffMs: 10 },
  });
  const context = contextPair({ system: 'You sell strawberries.', tools: [orders] });
  const events: string[] = [];
  const log: string[] = [];
  const meter = costMeter({ models: { 'fake-llm': 'gpt-4o-mini' } });
  const told: RtviMessage[] = [];
  const stages = pipeline(
    eventLogger({ log: (line) => events.push(line) }),
    transport.input,
    rtvi(),
    context.user,
    openaiRealtime(),
    rtviSpeaking(),
    rtviUserTranscription(),
    rtviBotLlm(),
    rtviBotTranscription(),
    webhooks({ url: `${url}/events` }),
    metricsLogger(),
    rtviMetrics(),
    transport.output,
    rtviBotTts(),
    context.assistant,
  );
  const result = await simulate(
    {
      bot: { pipeline: stages, transport, context },
      session: {
        id: 'call-1',
        logger: {
          debug: () => undefined,
          info: (line) => log.push(line),
          warn: () => undefined,
          error: (line) => log.push(line),
        },
      },
      script: async (given) => {
        const { session } = given;
        meter.watch(session);
        apologises(session);
        session.frames$.subscribe(({ frame, to }) => {
          if (frame.kind === 'output-transport-message' && to === 'transport.output') told.push(frame.message as RtviMessage);
        });
        transport.of(session).message({ label: 'rtvi-ai', type: 'client-ready', id: 'c1', data: { version: '2.1.0' } });
        await script(given);
      },
    },
    // Time stands still while a request is out: what the loopback interface takes changes nothing.
    { clock: new VirtualClock({ externalCost: 'none' }) },
  );
  return { ...result, events, log, told, cost: meter.report() };
}

/** What is done about errors, beside the pipeline. */
function apologises(session: Session): void {
  eachFrameOnce(session, {
    kinds: new Set(['error']),
    see: ({ frame }) => {
      if (frame.kind === 'error' && frame.processor === 'fake-llm') session.say('Sorry, please say that again.');
    },
  });
}

const order = async ({ user, bot }: Script): Promise<void> => {
  await user.says('Two boxes, please');
  await bot.says('noon');
  await bot.finishes();
};

describe('the article’s pipeline with a client, functions and metrics', () => {
  test('answers with what a webhook has done, and the conversation holds it (S001-93, S001-62)', async () => {
    const { url, posted } = await shop();
    const { context, report, staleMs } = await callShop(url, order);
    expect(posted.filter(({ path }) => path === '/orders')).toEqual([{ path: '/orders', body: { boxes: 2 } }]);
    expect(context.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'assistant']);
    expect(context[3]).toMatchObject({ content: '{"order":7}' });
    expect(context[4]).toEqual({ role: 'assistant', content: 'Your order is number 7. It comes at noon.' });
    expect([report.reason, report.totalErrors, report.unansweredTurns, staleMs]).toEqual(['ended', 0, 0, 0]);
  });

  test('tells the client everything in RTVI, in the order in which it happened (S001-93)', async () => {
    const { url } = await shop();
    const { told } = await callShop(url, order);
    expect(told[0]).toEqual({ label: 'rtvi-ai', type: 'bot-ready', id: 'c1', data: { version: '2.1.0' } });
    const types = told.map(({ type }) => type).filter((type, index, all) => type !== 'metrics' && all[index - 1] !== type);
    const first = (type: string): number => types.indexOf(type);
    const inOrder = [
      'user-started-speaking',
      'user-transcription',
      'user-stopped-speaking',
      'llm-function-call-stopped',
      'bot-llm-text',
      'bot-transcription',
      'bot-started-speaking',
      'bot-tts-text',
      'bot-stopped-speaking',
    ];
    expect(inOrder.map(first)).not.toContain(-1);
    expect(inOrder.map(first)).toEqual(inOrder.map(first).toSorted((a, b) => a - b));
    const text = (type: string): string[] =>
      told.filter((message) => message.type === type).map(({ data }) => String(data?.text ?? ''));
    const reply = 'Your order is number 7. It comes at noon.';
    expect(text('bot-llm-text').join('')).toBe(reply);
    expect(text('bot-transcription')).toEqual(['Your order is number 7.', 'It comes at noon.']);
    expect(text('bot-tts-text').join(' ')).toBe(reply);
    expect(text('user-transcription').at(-1)).toBe('Two boxes, please');
  });

  test('posts tool results, usage, turns, what was said and the end, in order (S001-62)', async () => {
    const { url, posted } = await shop();
    await callShop(url, order);
    const events = posted.filter(({ path }) => path === '/events').map(({ body }) => body);
    expect(events.map(({ kind }) => kind).filter((kind) => kind !== 'metrics')).toEqual([
      'user-stopped-speaking',
      'tool-result',
      'bot-spoke',
      'bot-spoke',
      'end',
    ]);
    expect(events.find(({ kind }) => kind === 'tool-result')).toMatchObject({
      session: 'call-1',
      data: { name: 'place_order', outcome: { status: 'result', value: { order: 7 } } },
    });
    expect(events.at(-1)).toMatchObject({ data: { lost: 0 } });
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    const counted = events.flatMap(({ data }) => (data as { metrics?: { name: string; value: number }[] }).metrics ?? []);
    const tokens = counted.filter(({ name }) => name === 'completion-tokens').map(({ value }) => value);
    expect(tokens).toEqual([50, 50]);
  });

  test('bills, measures and logs in the same pipeline (S001-62)', async () => {
    const { url } = await shop();
    const { cost, log, events } = await callShop(url, order);
    const model = cost.models.find((entry) => entry.model === 'gpt-4o-mini');
    // Two inferences of 400 fresh tokens at $0.15, 600 cached ones at $0.075 and 50 written ones at $0.60, for a million each.
    expect(model?.usd).toBeCloseTo((2 * (400 * 0.15 + 600 * 0.075 + 50 * 0.6)) / 1e6, 12);
    expect(log).toContain('Metrics of the session.');
    for (const kind of ['user-stopped-speaking', 'tool-result', 'bot-stopped-speaking', 'end']) {
      expect(events.some((line) => line.includes(` ${kind}`))).toBe(true);
    }
  });

  test('goes on after an error of the model: it is logged, told to the client, and handled (S001-93)', async () => {
    const { url } = await shop();
    const { told, events, heard, report } = await callShop(url, async (given) => {
      await given.user.says('How is the weather');
      await given.bot.says('Sorry, please say that again.');
      await given.bot.finishes();
      await order(given);
    });
    expect(told.filter(({ type }) => type === 'error')).toMatchObject([{ data: { fatal: false } }]);
    expect(events.filter((line) => line.includes(' ↑ ') && line.includes(' error '))).toHaveLength(1);
    expect(heard.map(({ text }) => text).join(' ')).toContain('It comes at noon.');
    expect(report).toMatchObject({ reason: 'ended', totalErrors: 1 });
  });

  test('tells the model of a webhook that fails, after it was tried again, and goes on (S001-62)', async () => {
    const { url, posted } = await shop((_order, response) => response.writeHead(503).end());
    const { context } = await callShop(url, order);
    expect(posted.filter(({ path }) => path === '/orders')).toHaveLength(3);
    expect(context[3]).toMatchObject({ role: 'tool', content: expect.stringContaining('503') });
  });
});
