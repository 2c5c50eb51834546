import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { VirtualClock } from '../clock/virtual-clock.js';
import { chain } from '../pipeline/pipeline.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { LLMChunk } from '../services/contracts.js';
import { createSession } from '../session/session.js';
import { call, type Generate, type Transcribe } from '../test-support/call.js';
import { defineTool } from '../tools/tool.js';
import { contextPair } from './context-pair.js';

/** May make any frame, so that the fit has nothing to say. */
const anything: FrameProcessor = { name: 'anything', connect: (input) => input };

const slowTranscript = (waits: readonly number[]): Transcribe =>
  async function* (audio, { clock }, count) {
    for await (const _ of audio.chunks);
    await clock.sleep(waits[count - 1] ?? 0);
    yield { text: `words ${count}`, final: true };
  };

for (const order of ['usual', 'printed'] as const) {
  describe(`in the ${order} order`, () => {
    test('a user turn is written once, the model is asked once, and the answer is written when it was heard', async () => {
      const { speak, clock, texts, requests, finish } = await call({ order });
      await speak();
      expect(texts()).toEqual(['user: words 1']);
      await clock.advance(2000);
      expect(texts()).toEqual(['user: words 1', 'assistant: Answer 1.']);
      await speak();
      await clock.advance(2000);
      expect(texts()).toEqual(['user: words 1', 'assistant: Answer 1.', 'user: words 2', 'assistant: Answer 2.']);
      expect(requests.map(({ messages }) => messages.length)).toEqual([2, 4]);
      expect(await finish()).toMatchObject({ report: { totalErrors: 0, unansweredTurns: 0, totalTurns: 2 }, pendingTimers: 0 });
    });

    test('each request begins with the one before it, byte for byte', async () => {
      const { speak, clock, requests, finish } = await call({ order });
      for (let i = 0; i < 4; i++) {
        await speak();
        await clock.advance(3000);
      }
      const sent = requests.map(({ messages }) => messages.map((message) => JSON.stringify(message)));
      for (const [i, messages] of sent.slice(1).entries()) expect(messages.slice(0, sent[i]?.length)).toEqual(sent[i]);
      await finish();
    });

    test('an interrupted answer holds what was heard of it, and the mark', async () => {
      const generate: Generate = async function* () {
        yield { type: 'text', text: 'one two three four five. ' };
      };
      const { speak, startSpeaking, clock, messages, finish } = await call({ order, generate });
      await speak();
      await clock.advance(1000);
      startSpeaking();
      expect(messages().at(-1)).toEqual({ role: 'assistant', content: 'one two', interrupted: true });
      await clock.advance(3000);
      expect(messages()).toHaveLength(2);
      await finish();
    });

    test('an answer that is interrupted before its first word leaves no trace', async () => {
      const { speak, startSpeaking, texts, finish } = await call({ order });
      await speak();
      startSpeaking();
      expect(texts()).toEqual(['user: words 1']);
      await finish();
    });

    test('a transcript that comes late lands in its own turn', async () => {
      const { speak, clock, texts, requests, finish } = await call({
        order,
        transcribe: slowTranscript([2000, 0]),
        context: { turn: { transcriptMs: 500 } },
      });
      await speak();
      await clock.advance(600);
      await speak();
      expect(texts()).toEqual(['user: words 2']);
      await clock.advance(5000);
      expect(texts().filter((text) => text.startsWith('user'))).toEqual(['user: words 1', 'user: words 2']);
      expect(requests).toHaveLength(1);
      await finish();
    });

    test('a transcript whose message the application has rewritten is kept beside it', async () => {
      const { speak, clock, texts, conversation, finish } = await call({
        order,
        transcribe: async function* (_audio, { clock: time }) {
          yield { text: 'hel', final: false };
          await time.sleep(2000);
          yield { text: 'hello', final: true };
        },
        context: { turn: { transcriptMs: 500 } },
      });
      await speak();
      await clock.advance(600);
      const entry = conversation().version.entries.at(-1);
      if (entry === undefined) throw new Error('The turn was not written.');
      conversation().replace(entry, { ...entry, message: { role: 'user', content: 'redacted' } });
      await clock.advance(5000);
      expect(texts().filter((text) => text.startsWith('user'))).toEqual(['user: redacted', 'user: hello']);
      expect((await finish()).report.errors).toEqual([]);
    });

    test('speech that goes on before its turn was over becomes one turn', async () => {
      const { speak, clock, texts, requests, finish } = await call({ order, transcribe: slowTranscript([300, 300]) });
      await speak();
      await clock.advance(100);
      await speak();
      await clock.advance(3000);
      expect(texts()).toEqual(['user: words 1 words 2', 'assistant: Answer 1.']);
      expect(requests).toHaveLength(1);
      await finish();
    });

    test('noise without words is not written, and not answered', async () => {
      const { speak, clock, texts, requests, of, finish } = await call({
        order,
        transcribe: async function* () {
          yield { text: ' ', final: true };
        },
      });
      await speak();
      await clock.advance(5000);
      expect([texts(), requests]).toEqual([[], []]);
      expect(of('user-stopped-speaking').map(({ text }) => text)).toEqual(['']);
      await finish();
    });

    test('typed text is a turn: it interrupts, is written and answered; blank text is nothing', async () => {
      const { type, clock, texts, session, finish } = await call({ order });
      type('  ');
      type('hello');
      await clock.advance(200);
      type('again');
      await clock.advance(3000);
      expect(texts()).toEqual(['user: hello', 'user: again', 'assistant: Answer 2.']);
      expect(session.turn).toBe(2);
      await finish();
    });
  });
}

describe('tools', () => {
  const asks = (calls: readonly { readonly id: string; readonly name: string }[]): Generate =>
    async function* (request): AsyncGenerator<LLMChunk> {
      if (request.messages.some(({ role }) => role === 'tool')) yield { type: 'text', text: 'It is sunny.' };
      else for (const { id, name } of calls) yield { type: 'tool-call', call: { id, name, arguments: '{}' } };
    };
  const takes = (name: string, ms: number, survivesInterruption = false, clock: { sleep(ms: number): Promise<void> }[] = []) => ({
    clock,
    tool: defineTool({
      name,
      description: 'A tool.',
      parameters: z.object({}),
      survivesInterruption,
      run: async () => {
        await clock[0]?.sleep(ms);
        return name;
      },
    }),
  });

  test('a group of calls is answered in one message each, and the model is asked again exactly once', async () => {
    const [fast, slow] = [takes('fast', 10), takes('slow', 500)];
    const { type, clock, messages, requests, of, finish } = await call({
      context: { tools: [fast.tool, slow.tool] },
      generate: asks([
        { id: 'a', name: 'slow' },
        { id: 'b', name: 'fast' },
      ]),
    });
    fast.clock.push(clock);
    slow.clock.push(clock);
    type('weather?');
    await clock.advance(5000);
    expect(messages().map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'assistant']);
    expect(requests).toHaveLength(2);
    expect(of('tool-result').map(({ name, outcome }) => [name, outcome])).toEqual([
      ['fast', { status: 'result', value: 'fast' }],
      ['slow', { status: 'result', value: 'slow' }],
    ]);
    await finish();
  });

  test('an interruption cancels the calls, and the model is not asked again for them', async () => {
    const slow = takes('slow', 500);
    const { type, session, clock, messages, requests, finish } = await call({
      context: { tools: [slow.tool] },
      generate: asks([{ id: 'a', name: 'slow' }]),
    });
    slow.clock.push(clock);
    type('weather?');
    await clock.advance(100);
    session.interrupt();
    await clock.advance(5000);
    expect(messages().at(-1)).toEqual({ role: 'tool', tool_call_id: 'a', content: '{"cancelled":"The user interrupted."}' });
    expect(requests).toHaveLength(1);
    await finish();
  });

  test('a result that comes while the user speaks is answered when the turn ends, once, also when nothing was said in it', async () => {
    for (const text of ['', 'and tomorrow?']) {
      const slow = takes('slow', 300, true);
      const { type, speak, clock, requests, texts, finish } = await call({
        context: { tools: [slow.tool] },
        generate: asks([{ id: 'a', name: 'slow' }]),
        transcribe: async function* (audio) {
          for await (const _ of audio.chunks);
          yield { text, final: true };
        },
      });
      slow.clock.push(clock);
      type('weather?');
      await clock.advance(200);
      await speak(400);
      await clock.advance(5000);
      expect(requests).toHaveLength(2);
      expect(texts().at(-1)).toBe('assistant: It is sunny.');
      await finish();
    }
  });

  test('what the bot says while a tool runs is written once, and what the model has seen of it stays as it was', async () => {
    const slow = takes('slow', 600);
    const { type, clock, texts, finish } = await call({
      context: { tools: [slow.tool] },
      generate: async function* (request): AsyncGenerator<LLMChunk> {
        if (request.messages.some(({ role }) => role === 'tool')) return;
        yield { type: 'text', text: 'let me look that up. ' };
        yield { type: 'tool-call', call: { id: 'a', name: 'slow', arguments: '{}' } };
      },
    });
    slow.clock.push(clock);
    type('weather?');
    await clock.advance(10_000);
    const spoken = texts().filter((text) => /^assistant: \S/u.test(text) && !text.includes('null'));
    expect(spoken.map((text) => text.slice('assistant: '.length)).join(' ')).toBe('let me look that up.');
    await finish();
  });

  test('a model that calls tools without end is stopped', async () => {
    const quick = takes('quick', 0);
    const { type, clock, requests, finish } = await call({
      context: { tools: [quick.tool] },
      generate: async function* (_request, _call, count) {
        yield { type: 'tool-call', call: { id: `c${count}`, name: 'quick', arguments: '{}' } };
      },
    });
    quick.clock.push(clock);
    type('go');
    await clock.advance(60_000);
    expect(requests.length).toBeLessThan(20);
    const messages = (await finish()).report.errors.map(({ message }) => message);
    expect(messages[0]).toContain('asked to answer without');
    expect(messages[1]).toContain('not asked again');
  });
});

test('a pair of which only the user’s side stands in the pipeline is told of in the log', async () => {
  const warned: string[] = [];
  const quiet = (): void => undefined;
  const logger = { debug: quiet, info: quiet, error: quiet, warn: (message: string) => void warned.push(message) };
  for (const sides of [['user'], ['user', 'assistant']] as const) {
    const context = contextPair();
    const clock = new VirtualClock();
    const session = createSession(chain('bot', ...sides.map((side) => context[side]), anything), { clock, logger });
    await session.start();
    await clock.runUntil(session.end());
  }
  expect(warned).toEqual([expect.stringContaining('No context.assistant of this pair')]);
});

test('a call that ends while the words of what a model has heard are waited for leaves no timer', async () => {
  const context = contextPair({ messages: [{ role: 'assistant', content: 'Hello.' }] });
  const clock = new VirtualClock();
  const session = createSession(chain('bot', context.user, anything, context.assistant), { clock });
  await session.start();
  session.send(session.frame('service-metadata', { processor: 'hears', service: 'realtime' }));
  session.send(session.frame('vad-user-started-speaking', { speechAtMs: 0 }));
  await clock.advance(1000);
  session.send(session.frame('vad-user-stopped-speaking', { speechAtMs: 1000 }));
  await clock.advance(2000);
  session.send(session.frame('service-metadata', { processor: 'reads', service: 'llm' }));
  expect(clock.pendingTimers).toBeGreaterThan(0);
  session.cancel();
  await clock.runUntil(session.done);
  expect(clock.pendingTimers).toBe(0);
});
