import { expect, test } from 'vitest';
import { VirtualClock } from '../../clock/virtual-clock.js';
import type { LLMUsage } from '../../frames/frame-map.js';
import type { LanguageModel, LLMChunk, LLMRequest, ServiceCall } from '../../services/contracts.js';
import type { ChatMessage } from '../chat-message.js';
import { estimateTokens } from '../estimate-tokens.js';
import { LLMContext } from '../llm-context.js';
import { messageText } from '../message-text.js';
import { checkToolPairs } from '../tool-pairs.js';
import { PolicyChain } from './policy-chain.js';
import { type Summary, type SummaryPolicyOptions, summaryPolicy } from './summary-policy.js';

const user = (content: string): ChatMessage => ({ role: 'user', content });
const bot = (content: string): ChatMessage => ({ role: 'assistant', content });
const system: ChatMessage = { role: 'system', content: 'You are brief.' };

type Write = (request: LLMRequest, call: ServiceCall, count: number) => AsyncIterable<LLMChunk>;

/** A conversation whose summaries are written by `write`. */
function talk(write: Write, options: Partial<SummaryPolicyOptions> = {}) {
  const clock = new VirtualClock();
  const over = new AbortController();
  const errors: string[] = [];
  const requests: LLMRequest[] = [];
  const summaries: Summary[] = [];
  const used: LLMUsage[] = [];
  const model: LanguageModel = {
    name: 'sums',
    generate(request, call) {
      requests.push(request);
      return write(request, call, requests.length);
    },
  };
  const policy = summaryPolicy({
    model,
    whenTokens: 100,
    keepTurns: 2,
    onSummary: (summary) => summaries.push(summary),
    ...options,
  });
  const policies = new PolicyChain([policy], {
    clock,
    signal: over.signal,
    tools: [],
    fail: (error) => errors.push(error instanceof Error ? error.message : String(error)),
    used: (_name, usage) => used.push(usage),
  });
  const context = new LLMContext([system]);
  let turn = 0;
  return {
    clock,
    over,
    errors,
    requests,
    summaries,
    used,
    context,
    /** A turn of the user, and the request that follows it. */
    async turns(count: number): Promise<void> {
      for (let i = 0; i < count; i++) {
        turn++;
        context.append(user(`question ${turn} ${'and so on '.repeat(4)}`), turn);
        policies.apply(context);
        context.append(bot(`answer ${turn}`), turn);
        await clock.advance(1000);
      }
    },
  };
}

const writes: Write = async function* (_request, _call, count) {
  yield { type: 'text', text: `Summary ${count}.` };
  yield { type: 'usage', usage: { promptTokens: 100, completionTokens: 5 } };
};

test('the older part is summed up by a model of its own, and the tokens fall (S001-48, S001-71)', async () => {
  const { context, requests, summaries, used, errors, turns } = talk(writes);
  await turns(60);
  expect(errors).toEqual([]);
  expect(summaries.length).toBeGreaterThan(3);
  expect(used).toHaveLength(requests.length);
  expect(estimateTokens(context.messages)).toBeLessThan(200);
  const [head, summary, ...rest] = context.messages;
  expect(head).toBe(system);
  expect(summary).toEqual({ role: 'system', content: `What was said before, in short: Summary ${summaries.length}.` });
  expect(rest.filter(({ role }) => role === 'system')).toEqual([]);
  expect(messageText(rest.at(-2)!)).toContain('question 60');
  // The second summary is one of the first and of what came after it.
  expect(messageText(requests[1]!.messages[1]!)).toContain('Summary 1.');
  expect(messageText(requests[1]!.messages[1]!)).toContain('user: question');
});

test('a slow summary holds nothing up: what is said meanwhile stays, and prompts keep their beginning until it is put in', async () => {
  const { context, requests, turns, summaries } = talk(async function* (_request, { clock, signal }) {
    await clock.sleep(5500, signal);
    yield { type: 'text', text: 'Late.' };
  });
  await turns(6);
  const before = context.messages;
  expect(requests).toHaveLength(1);
  expect(summaries).toEqual([]);
  await turns(3);
  expect(context.messages.slice(0, before.length)).toEqual(before);
  await turns(3);
  expect(summaries).toHaveLength(1);
  expect(messageText(context.messages[1]!)).toContain('Late.');
  expect(context.messages.slice(2, 4).map(messageText)).toEqual(
    before
      .slice(1 + summaries[0]!.replaced.length)
      .slice(0, 2)
      .map(messageText),
  );
  expect(requests.length).toBeLessThanOrEqual(2);
});

test('what has changed while it was summed up stays as it is', async () => {
  const { context, turns, requests, summaries } = talk(async function* (_request, { clock, signal }) {
    await clock.sleep(2500, signal);
    yield { type: 'text', text: 'Not true any more.' };
  });
  await turns(6);
  const [, second] = context.version.entries;
  context.replace(second!, { ...second!, message: user('Something else was said.') });
  expect(requests).toHaveLength(1);
  await turns(3);
  expect(summaries).toEqual([]);
  expect(requests).toHaveLength(2);
  expect(messageText(context.messages[1]!)).toBe('Something else was said.');
});

test('a failure is one error, nothing is lost, and it is tried again later', async () => {
  const { context, turns, errors, summaries, requests } = talk(
    async function* (request, call, count) {
      if (count > 2) return yield* writes(request, call, count);
      if (count === 1) throw new Error('overloaded');
    },
    { retryMs: 10_000 },
  );
  await turns(10);
  expect(errors).toEqual(['overloaded']);
  expect(context.messages).toHaveLength(21);
  await turns(10);
  expect(errors).toEqual(['overloaded', '"sums" gave an empty summary.']);
  expect(requests).toHaveLength(2);
  await turns(10);
  expect(errors).toHaveLength(2);
  expect(summaries.length).toBeGreaterThan(0);
});

test('a model that hangs is given up at its limit, and one that never stops is cut off', async () => {
  const hangs = talk(
    async function* () {
      await new Promise(() => undefined);
    },
    { limitMs: 3000, retryMs: 1_000_000 },
  );
  await hangs.turns(20);
  expect(hangs.errors).toEqual(['"sums" gave no summary within 3000 ms.']);
  expect(hangs.clock.pendingTimers).toBe(0);
  const endless = talk(async function* () {
    for (;;) yield { type: 'text', text: 'word '.repeat(500) };
  });
  await endless.turns(6);
  expect(endless.summaries[0]!.text.length).toBeLessThanOrEqual(8000);
});

test('the model that sums up is prepared once for all of its summaries', async () => {
  let prepared = 0;
  const model: LanguageModel = {
    name: 'sums',
    prepare: async () => {
      prepared++;
    },
    async *generate() {
      yield { type: 'text', text: 'Sum.' };
    },
  };
  const { summaries, turns } = talk(writes, { model });
  await turns(40);
  expect(summaries.length).toBeGreaterThan(1);
  expect(prepared).toBe(1);
});

test('the end of the session ends the summary, without an error and without a timer', async () => {
  const { turns, over, errors, clock } = talk(async function* (_request, call) {
    await call.clock.sleep(8000, call.signal);
    yield { type: 'text', text: 'Too late.' };
  });
  await turns(6);
  expect(clock.pendingTimers).toBeGreaterThan(0);
  over.abort(new Error('The session is over.'));
  await clock.advance(20_000);
  expect(errors).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

test('a tool call and its results go into the summary together, and memories stay', async () => {
  const { context, turns, requests } = talk(writes);
  await turns(1);
  context.remember('The user is called Ann.');
  const call = { id: 'c', type: 'function', function: { name: 'look_up', arguments: '{"a":1}' } } as const;
  context.append(
    [
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'found' },
      { role: 'assistant', content: 'Here', interrupted: true },
    ],
    1,
  );
  await turns(12);
  checkToolPairs(context.messages);
  expect(messageText(requests[0]!.messages[1]!)).toContain(
    'assistant called look_up with {"a":1}\ntool result: found\nassistant: Here (was interrupted)',
  );
  expect(context.messages.map(messageText)).toContain('The user is called Ann.');
  expect(messageText(requests[0]!.messages[1]!)).not.toContain('Ann');
});

test('says at the door which option is wrong', () => {
  const model: LanguageModel = { name: 'sums', generate: () => (async function* () {})() };
  expect(() => summaryPolicy({ model, whenTokens: 0 })).toThrow('whenTokens');
  expect(() => summaryPolicy({ model, whenTokens: 5, keepTurns: 0 })).toThrow('keepTurns');
  expect(() => summaryPolicy({ model, whenTokens: 5, limitMs: 0 })).toThrow('limitMs');
});
