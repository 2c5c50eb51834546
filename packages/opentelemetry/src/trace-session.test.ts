import { type Attributes, type HrTime, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import {
  contextPair,
  createSession,
  defineProcessor,
  pipeline,
  silenceStop,
  type Tool,
  VirtualClock,
  wallTime,
} from '@voxrill/core';
import {
  cascadeBot,
  fakeLLM,
  fakeRealtime,
  fakeSTT,
  fakeTTS,
  fakeVad,
  memoryTransport,
  type Script,
  type SimulatedBot,
  simulate,
} from '@voxrill/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceOptions } from './trace-options.js';
import { traceSession } from './trace-session.js';

function recorder() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return { exporter, tracer: provider.getTracer('test') };
}

const ms = ([seconds, nanos]: HrTime): number => seconds * 1000 + nanos / 1e6;

/** The spans of one call, as its trace tells them. */
async function traced(bot: SimulatedBot, script: (script: Script) => Promise<void>, options: TraceOptions = {}) {
  const { exporter, tracer } = recorder();
  const result = await simulate({
    bot,
    script: async (scope) => {
      traceSession(scope.session, { tracer, ...options });
      await script(scope);
    },
  });
  const spans = exporter.getFinishedSpans();
  const named = (name: string): ReadableSpan[] => spans.filter((span) => span.name === name);
  const only = (name: string): ReadableSpan => {
    const [span, ...others] = named(name);
    if (span === undefined || others.length > 0) throw new Error(`${named(name).length} spans "${name}", not one`);
    return span;
  };
  return { spans, named, only, result };
}

const hello = async ({ user, bot }: Script): Promise<void> => {
  await user.says('Hello there.');
  await bot.finishes();
};

const weather: Tool = {
  definition: { name: 'get_weather', description: 'Tells the weather.', parameters: { type: 'object' } },
  timeoutMs: 1000,
  survivesInterruption: false,
  call: async (text) => {
    const { location } = JSON.parse(text) as { readonly location: string };
    if (location === 'Atlantis') throw new Error('Atlantis is under water.');
    return { location, celsius: 21 };
  },
};

/** A bot that looks up the weather of a place, and then says something. */
const weatherBot = (location: string) =>
  cascadeBot({
    llm: fakeLLM({ replies: [{ toolCall: { name: 'get_weather', arguments: { location }, id: 'c1' } }, 'I see.'] }),
    context: { tools: [weather] },
  });

describe('a trace of a session', () => {
  it('has the conversation, in it the turns, in them the calls of the services', async () => {
    const { spans, only } = await traced(cascadeBot(), hello);
    const parents = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
    const tree = spans.map((span) => `${parents.get(span.parentSpanContext?.spanId ?? '') ?? 'none'} > ${span.name}`);
    expect(tree.toSorted()).toEqual([
      'conversation > turn',
      'none > conversation',
      'turn > chat fake-llm',
      'turn > stt fake-stt',
      'turn > tts fake-tts',
    ]);
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(only('chat fake-llm').kind).toBe(SpanKind.CLIENT);
  });

  it('has an end-to-end model as what it does: it is asked, speaks, and writes down what it has heard', async () => {
    const transport = memoryTransport();
    const context = contextPair();
    const usage = { promptTokens: 30, promptAudioTokens: 20, completionTokens: 12, completionAudioTokens: 9 };
    const model = fakeRealtime({ firstMs: 300, tokenMs: 20, transcriptMs: 700, usage });
    const { input, output } = transport;
    const bot = { transport, pipeline: pipeline(input, fakeVad(), context.user, model, output, context.assistant) };
    const { spans, only } = await traced(bot, hello, { recordText: true });
    const turn = only('turn');
    const services = spans.filter((span) => span.parentSpanContext?.spanId === turn.spanContext().spanId);
    expect(services.map(({ name }) => name).toSorted()).toEqual(['chat fake-realtime', 'stt fake-realtime', 'tts fake-realtime']);
    expect(only('chat fake-realtime').attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 30,
      'voxrill.usage.output_audio_tokens': 9,
      'voxrill.ttfb_ms': 300,
    });
    const voice = only('tts fake-realtime').attributes;
    expect(voice).toMatchObject({ 'voxrill.tts.characters': 23, 'voxrill.tts.text': 'You said: Hello there..' });
    expect(voice['gen_ai.usage.input_tokens']).toBeUndefined();
    expect(only('stt fake-realtime').attributes).toMatchObject({ 'voxrill.stt.transcript': 'Hello there.' });
    expect(turn.attributes['voxrill.latency.voice_to_voice_ms']).toBeCloseTo(800, 0);
  });

  it('names operation, provider, model, conversation and tokens as the conventions do', async () => {
    const usage = { promptTokens: 1300, cachedPromptTokens: 1280, completionTokens: 40 };
    const bot = cascadeBot({ llm: fakeLLM({ firstMs: 250, usage }) });
    const { exporter, tracer } = recorder();
    await simulate({
      bot,
      session: { id: 'call-7' },
      script: async (scope) => {
        traceSession(scope.session, { tracer, providers: { 'fake-llm': 'openai' } });
        scope.session.send(scope.session.frame('service-metadata', { processor: 'fake-llm', service: 'llm', model: 'gpt-4o' }));
        await hello(scope);
      },
    });
    const chat = exporter.getFinishedSpans().find(({ name }) => name === 'chat gpt-4o');
    expect(chat?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.conversation.id': 'call-7',
      'gen_ai.usage.input_tokens': 1300,
      'gen_ai.usage.output_tokens': 40,
      'gen_ai.usage.cache_read.input_tokens': 1280,
      'gen_ai.response.time_to_first_chunk': 0.25,
    } satisfies Attributes);
  });

  it('has the voice-to-voice time and its parts on the turn', async () => {
    const bot = cascadeBot({ llm: fakeLLM({ firstMs: 300 }), tts: fakeTTS({ firstMs: 100 }) });
    const { only, result } = await traced(bot, hello);
    const { attributes } = only('turn');
    expect(attributes['voxrill.latency.voice_to_voice_ms']).toBeCloseTo(result.report.turns[0]?.voiceToVoiceMs ?? Number.NaN, 6);
    expect(attributes).toMatchObject({ 'voxrill.latency.llm_ms': 300, 'voxrill.latency.tts_ms': 100 });
  });

  it('puts session times on the time of day once: spans lie as in the call, each within its parent', async () => {
    const before = wallTime().getTime();
    const bot = cascadeBot({ stt: fakeSTT({ finalMs: 100 }), llm: fakeLLM({ firstMs: 300 }), tts: fakeTTS({ firstMs: 100 }) });
    const { spans, only, result } = await traced(bot, hello);
    const [conversation, turn, stt, llm, tts] = ['conversation', 'turn', 'stt fake-stt', 'chat fake-llm', 'tts fake-tts'].map(
      only,
    );
    const begin = ms(conversation?.startTime ?? [0, 0]);
    expect(begin).toBeGreaterThanOrEqual(before);
    expect(ms(conversation?.duration ?? [0, 0])).toBeCloseTo(result.report.durationMs, 3);
    const at = (span: ReadableSpan | undefined): number => ms(span?.startTime ?? [0, 0]) - begin;
    const record = result.report.turns[0];
    expect(at(stt) + ms(stt?.duration ?? [0, 0])).toBeCloseTo(record?.decidedAtMs ?? Number.NaN, 3);
    expect(at(llm)).toBeCloseTo(record?.decidedAtMs ?? Number.NaN, 3);
    expect(at(tts)).toBeCloseTo((record?.decidedAtMs ?? Number.NaN) + 300, 3);
    for (const span of spans) {
      const parent = spans.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId);
      if (parent === undefined) continue;
      expect(ms(span.startTime)).toBeGreaterThanOrEqual(ms(parent.startTime) - 0.001);
      expect(ms(span.endTime)).toBeLessThanOrEqual(ms(parent.endTime) + 0.001);
    }
    expect(ms(turn?.duration ?? [0, 0])).toBeGreaterThan(1000);
  });

  it('has no word of what anybody said, unless that is wanted', async () => {
    const secret = 'strawberries';
    const bot = () => weatherBot(secret);
    const script = async ({ user, bot: heard }: Script): Promise<void> => {
      await user.says(`I like ${secret}.`);
      await heard.finishes();
    };
    const silent = await traced(bot(), script);
    const all = (spans: readonly ReadableSpan[]): string =>
      JSON.stringify(spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]));
    expect(all(silent.spans)).not.toContain(secret);
    expect(all(silent.spans)).not.toContain('I see');

    const open = await traced(bot(), script, { recordText: true });
    expect(open.only('stt fake-stt').attributes['voxrill.stt.transcript']).toContain(secret);
    expect(open.only('turn').attributes['voxrill.turn.user_text']).toContain(secret);
    expect(open.only('tts fake-tts').attributes['voxrill.tts.text']).toBe('I see.');
    expect(open.only('execute_tool get_weather').attributes).toMatchObject({
      'gen_ai.tool.call.arguments': `{"location":"${secret}"}`,
      'gen_ai.tool.call.result': `{"location":"${secret}","celsius":21}`,
    });
    const answer = open.named('chat fake-llm').at(-1)?.attributes ?? {};
    expect(JSON.parse(String(answer['gen_ai.output.messages']))).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'I see.' }] },
    ]);
    expect(JSON.parse(String(answer['gen_ai.input.messages']))[0]).toEqual({
      role: 'user',
      parts: [{ type: 'text', content: `I like ${secret}.` }],
    });
  });

  it('has a span for each tool call, with how it ended', async () => {
    const { only } = await traced(weatherBot('Paris'), hello);
    expect(only('execute_tool get_weather')).toMatchObject({
      kind: SpanKind.INTERNAL,
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.call.id': 'c1', 'voxrill.tool.status': 'result' },
    });
  });

  it('marks a tool that failed, and keeps to itself what the tool said of it', async () => {
    const { only } = await traced(weatherBot('Atlantis'), hello);
    const { status, attributes, events } = only('execute_tool get_weather');
    expect(status.code).toBe(SpanStatusCode.ERROR);
    expect(attributes['error.type']).toBe('error');
    expect(JSON.stringify([status, events])).not.toContain('Atlantis');
  });

  it('takes no harm from a tool whose answer cannot be written', async () => {
    const around: { self?: unknown } = {};
    around.self = around;
    const tool: Tool = { ...weather, call: async () => around };
    const llm = fakeLLM({ replies: [{ toolCall: { name: 'get_weather' } }, 'I see.'] });
    const bot = cascadeBot({ llm, context: { tools: [tool] } });
    const { only, result } = await traced(bot, hello, { recordText: true });
    expect(only('execute_tool get_weather').attributes['voxrill.tool.status']).toBeDefined();
    expect(result.report.errors.filter(({ processor }) => processor === 'frames$')).toEqual([]);
  });

  it('has an error of a service as exception and status of the call in which it happened', async () => {
    const bot = cascadeBot({ llm: fakeLLM({ replies: ['Hello.', { error: 'rate-limit' }] }) });
    const { named } = await traced(bot, async ({ user, bot: heard }) => {
      await user.says('Hello.');
      await heard.finishes();
      await user.says('And now?');
      await heard.staysSilentFor(1000);
    });
    expect(named('chat fake-llm').map(({ status }) => status.code)).toEqual([SpanStatusCode.UNSET, SpanStatusCode.ERROR]);
    const [, broken] = named('chat fake-llm');
    expect(broken?.attributes['error.type']).toBe('rate-limit');
    expect(broken?.events.map(({ name }) => name)).toEqual(['exception']);
  });

  it('ends the spans of a turn that is interrupted, and says so', async () => {
    const story = 'Once upon a time there was a king who had no crown, and so he went out to look for one.';
    const bot = cascadeBot({ llm: fakeLLM({ replies: [story, 'All right.'] }), tts: fakeTTS({ nextMs: 100 }) });
    const { named } = await traced(bot, async ({ user, bot: heard }) => {
      await user.says('Tell me a story.');
      await user.interrupts(800, 'stop');
      await heard.says('All right');
      await heard.finishes();
    });
    expect(named('tts fake-tts').map(({ attributes }) => attributes['voxrill.interrupted'])).toEqual([true, undefined]);
    expect(named('turn').map(({ attributes }) => attributes['voxrill.interrupted'])).toEqual([true, undefined]);
  });

  it.each(['text', 'speech'] as const)('has the whole of an answer that was speculated on (%s)', async (speculate) => {
    const usage = { promptTokens: 7, completionTokens: 2 };
    const bot = cascadeBot({
      llm: fakeLLM({ firstMs: 100, usage }),
      context: { turn: { speculate, stop: silenceStop({ stopMs: 900 }) } },
    });
    const { only } = await traced(bot, hello);
    const chat = only('chat fake-llm');
    expect(chat.attributes).toMatchObject({ 'gen_ai.usage.input_tokens': 7, 'voxrill.ttfb_ms': 100 });
    expect(ms(chat.duration)).toBeCloseTo(100, 3);
    expect(ms(only('tts fake-tts').endTime)).toBeGreaterThan(ms(chat.startTime));
  });

  it('begins a turn of the bot when the bot speaks first', async () => {
    const { only } = await traced(cascadeBot(), async ({ session, bot }) => {
      session.say('Welcome.');
      await bot.finishes();
    });
    expect(only('turn').attributes['voxrill.turn.initiator']).toBe('bot');
    expect(only('tts fake-tts').parentSpanContext?.spanId).toBe(only('turn').spanContext().spanId);
  });

  it('ends every span it begins, once, whatever happens in the call', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('says' as const), ms: fc.integer({ min: 0, max: 1500 }) }),
      fc.record({ do: fc.constant('interrupt' as const), ms: fc.integer({ min: 0, max: 1500 }) }),
      fc.record({ do: fc.constant('coughs' as const), ms: fc.integer({ min: 0, max: 1500 }) }),
    );
    const reply = fc.constantFrom(
      'Yes. That is so. And it is good.',
      { toolCall: { name: 'get_weather', arguments: { location: 'Atlantis' } } },
      { error: 'server' as const },
      { hang: true as const },
    );
    const plan = fc.record({
      steps: fc.array(step, { maxLength: 6 }),
      replies: fc.array(reply, { minLength: 1 }),
      cancel: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ steps, replies, cancel }) => {
        const { exporter, tracer } = recorder();
        let begun = 0;
        const counting = {
          startSpan: (...given: Parameters<typeof tracer.startSpan>) => {
            begun++;
            return tracer.startSpan(...given);
          },
          startActiveSpan: tracer.startActiveSpan.bind(tracer),
        };
        const bot = cascadeBot({
          llm: fakeLLM({ firstMs: 200, tokenMs: 30, replies: (_, index) => replies[index % replies.length] ?? 'Yes.' }),
          tts: fakeTTS({ firstMs: 100, nextMs: 50 }),
          stt: fakeSTT({ finalMs: 150 }),
          context: { tools: [weather] },
        });
        await simulate({
          bot,
          session: { drainMs: 500, onUnusable: 'report' },
          script: async ({ session, user }) => {
            traceSession(session, { tracer: counting, recordText: true });
            for (const { do: what, ms: wait } of steps) {
              if (what === 'says') await user.says('Hello there.');
              else if (what === 'coughs') await user.coughs(200);
              else session.interrupt();
              await user.silentFor(wait);
            }
            if (cancel) session.cancel();
          },
        });
        expect(exporter.getFinishedSpans()).toHaveLength(begun);
        expect(exporter.getFinishedSpans().at(-1)?.name).toBe('conversation');
        for (const span of exporter.getFinishedSpans()) expect(ms(span.duration)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 30 },
    );
  });

  it('can be ended before the session, once', async () => {
    const { exporter, tracer } = recorder();
    await simulate({
      bot: cascadeBot(),
      script: async (scope) => {
        const trace = traceSession(scope.session, { tracer });
        await hello(scope);
        trace.end();
        await hello(scope);
        trace.end();
      },
    });
    expect(exporter.getFinishedSpans().filter(({ name }) => name === 'turn')).toHaveLength(1);
    expect(exporter.getFinishedSpans().filter(({ name }) => name === 'conversation')).toHaveLength(1);
  });

  it('does not listen when nothing is recorded: without an SDK it costs nothing', async () => {
    const clock = new VirtualClock();
    const session = createSession(pipeline(defineProcessor('nothing', {})), { clock });
    let listened = false;
    const watched = new Proxy(session, {
      get: (target, key) => {
        if (key === 'frames$' || key === 'state$') listened = true;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    traceSession(watched).end();
    expect(listened).toBe(false);
    session.cancel();
    await clock.runUntil(session.done);
  });
});
