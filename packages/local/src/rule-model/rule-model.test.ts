import type { ChatMessage, Clock, LLMChunk, LLMRequest, ServiceCall, ToolDefinition } from '@voxrill/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer } from './answer.js';
import { ruleModel } from './rule-model.js';
import { accepts, isRecord } from './tools/schema.js';

/** Time that passes as soon as somebody waits for it. */
class HastyClock implements Clock {
  readonly slept: number[] = [];
  now(): number {
    return this.slept.reduce((sum, one) => sum + one, 0);
  }
  setTimer(): () => void {
    return () => undefined;
  }
  async sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(delayMs);
  }
  external<T>(work: Promise<T>): Promise<T> {
    return work;
  }
}

const request = (content: string): LLMRequest => ({ messages: [{ role: 'user', content }], tools: [] });

function setup(options: Parameters<typeof ruleModel>[0] = {}) {
  const clock = new HastyClock();
  const abort = new AbortController();
  const call: ServiceCall = { clock, signal: abort.signal };
  return { model: ruleModel(options), clock, abort, call };
}

async function collect(chunks: AsyncIterable<LLMChunk>): Promise<LLMChunk[]> {
  const all: LLMChunk[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

describe('ruleModel', () => {
  it('is named as what it is', () => {
    expect(setup().model.name).toBe('rule-model');
    expect(answer(request('What are you?')).text).toMatch(/rule-based/);
  });

  it('streams its answer token by token, and the usage last', async () => {
    const { model, call, clock } = setup();
    const chunks = await collect(model.generate(request('Hello'), call));
    const text = chunks.flatMap((chunk) => (chunk.type === 'text' ? [chunk.text] : []));
    expect(text.length).toBeGreaterThan(8);
    expect(text.join('')).toBe(answer(request('Hello')).text);
    expect(chunks.at(-1)).toMatchObject({ type: 'usage', usage: { promptTokens: 3, cachedPromptTokens: 0 } });
    expect(clock.slept).toEqual([]);
  });

  it('waits before the first token and between the others', async () => {
    const { model, call, clock } = setup({ firstTokenMs: 200, tokenMs: 20 });
    const chunks = await collect(model.generate(request('Thank you'), call));
    expect(clock.slept).toEqual([200, ...Array.from({ length: chunks.length - 2 }, () => 20)]);
  });

  it('says nothing more once it is aborted', async () => {
    const { model, call, abort } = setup({ tokenMs: 5 });
    const heard: LLMChunk[] = [];
    for await (const chunk of model.generate(request('Tell me a long story'), call)) {
      heard.push(chunk);
      if (heard.length === 3) abort.abort(new Error('interrupted'));
    }
    expect(heard).toHaveLength(3);
    expect(await collect(model.generate(request('Hello'), call))).toEqual([]);
  });

  it('refuses durations and time zones that are none', () => {
    expect(() => ruleModel({ tokenMs: -1 })).toThrow(/tokenMs/);
    expect(() => ruleModel({ firstTokenMs: Number.NaN })).toThrow(/firstTokenMs/);
    expect(() => ruleModel({ timeZone: 'Mars/Base' })).toThrow(/IANA name/);
  });
});

const words =
  'what is the weather in paris order cancel 400 strawberries my name remember that book a table for four and or go on count to from story time yes no please not make it call email set on off tomorrow at three half a dozen million point minus times by of'.split(
    ' ',
  );
const speech = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((some) => some.join(' ')),
  fc.array(fc.constantFrom(...words, '.', ',', '?', '“', "'", 'Paris'), { maxLength: 14 }).map((some) => some.join(' ')),
);
const { schema } = fc.letrec<{ schema: Record<string, unknown> }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.record({ type: fc.constantFrom('string', 'number', 'integer', 'boolean', 'null', ['string', 'null'], 'nonsense') }),
    fc.record(
      {
        type: fc.constant('string'),
        format: fc.constantFrom('date', 'time', 'date-time', 'email', 'uri', 'other'),
        minLength: fc.nat(9),
        pattern: fc.constantFrom('^a', '[', '\\d+'),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record({ enum: fc.array(fc.oneof(fc.constantFrom(...words), fc.integer(), fc.constant(null)), { maxLength: 4 }) }),
    fc.record(
      {
        type: fc.constant('integer'),
        minimum: fc.integer({ min: -5, max: 500 }),
        maximum: fc.integer({ min: -5, max: 500 }),
        default: fc.integer(),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(3) }, { requiredKeys: ['type'] }),
    fc.record({ anyOf: fc.array(tie('schema'), { maxLength: 3 }) }),
    fc.record({ $ref: fc.constantFrom('#', '#/$defs/x', '#/properties/location') }),
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(
          fc.oneof(fc.constantFrom('location', 'date', 'quantity', 'name', 'on', 'items', 'query', 'to'), fc.string()),
          tie('schema'),
          { maxKeys: 4 },
        ),
        required: fc.array(fc.constantFrom('location', 'quantity', 'name', 'ghost')),
      },
      { requiredKeys: ['type'] },
    ),
    fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<unknown>, { maxKeys: 3 }),
  ) as fc.Arbitrary<Record<string, unknown>>,
}));
const tool: fc.Arbitrary<ToolDefinition> = fc.record({
  name: fc.oneof(
    fc.constantFrom('get_weather', 'place_order', 'bookTable', 'search', 'set_light', 'send-email', 'cancel_order'),
    fc.string(),
  ),
  description: fc.oneof(fc.constantFrom('Get the weather in a city', 'Order goods', ''), fc.string()),
  parameters: schema,
});
const message: fc.Arbitrary<ChatMessage> = fc.oneof(
  fc.record({ role: fc.constantFrom('system', 'developer', 'user'), content: speech }) as fc.Arbitrary<ChatMessage>,
  fc.record({ role: fc.constant('user'), content: speech }),
  fc.record(
    {
      role: fc.constant('assistant'),
      content: fc.option(speech),
      tool_calls: fc.array(
        fc.record({
          id: fc.constantFrom('call_1', 'call_2', 'x'),
          type: fc.constant('function'),
          function: fc.record({
            name: fc.constantFrom('get_weather', 'x'),
            arguments: fc.oneof(fc.constant('{"location":"Paris"}'), fc.string()),
          }),
        }),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: ['role', 'content'] },
  ),
  fc.record({
    role: fc.constant('tool'),
    tool_call_id: fc.constantFrom('call_1', 'call_2', 'x'),
    content: fc.oneof(fc.json(), fc.string()),
  }),
);

describe('the answer to anything', () => {
  it('is never an exception and never empty, and its calls fit their schemas', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 10 }),
        fc.array(tool, { maxLength: 3 }),
        fc.boolean(),
        (messages, tools, hasClock) => {
          const { text, calls } = answer({ messages, tools }, hasClock ? { wallClock: () => new Date(0), timeZone: 'UTC' } : {});
          expect(text.trim() !== '' || calls.length > 0).toBe(true);
          const before = new Set(
            messages.flatMap((one) => (one.role === 'assistant' ? (one.tool_calls ?? []).map((made) => made.id) : [])),
          );
          for (const call of calls) {
            expect(before.has(call.id)).toBe(false);
            const fitting = tools.filter((one) => one.name === call.name);
            const args: unknown = JSON.parse(call.arguments);
            expect(
              isRecord(args) && fitting.some((one) => accepts(args, { type: 'object', ...one.parameters }, one.parameters)),
            ).toBe(true);
          }
          expect(new Set(calls.map((call) => call.id)).size).toBe(calls.length);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('is the same each time', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.array(tool, { maxLength: 2 }), (messages, tools) => {
        expect(answer({ messages, tools })).toEqual(answer({ messages, tools }));
      }),
      { numRuns: 200 },
    );
  });
});
