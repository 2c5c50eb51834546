import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { anyConversation } from '../../test-support/any-conversation.js';
import type { ChatMessage, InputAudioPart } from '../chat-message.js';
import { estimateTokens } from '../estimate-tokens.js';
import { LLMContext } from '../llm-context.js';
import { messageText } from '../message-text.js';
import { checkToolPairs } from '../tool-pairs.js';
import { audioToText } from './audio-to-text.js';
import type { ContextPolicy, PolicyScope } from './context-policy.js';
import { PolicyChain } from './policy-chain.js';
import { resetPolicy } from './reset-policy.js';
import { windowPolicy } from './window-policy.js';

const user = (content: string): ChatMessage => ({ role: 'user', content });
const bot = (content: string): ChatMessage => ({ role: 'assistant', content });
const system: ChatMessage = { role: 'system', content: 'You are brief.' };
const texts = ({ messages }: LLMContext): string[] => messages.map(messageText);

function chain(...policies: readonly ContextPolicy[]) {
  const errors: string[] = [];
  const scope: PolicyScope = {
    clock: new VirtualClock(),
    signal: new AbortController().signal,
    tools: [],
    fail: (error) => errors.push(String(error)),
    used: () => undefined,
  };
  return { errors, policies: new PolicyChain(policies, scope) };
}

describe('the window', () => {
  test('cuts rarely and deep: between two cuts each prompt begins with the one before (S001-48, S000-22)', () => {
    const { policies, errors } = chain(windowPolicy({ maxTokens: 400 }));
    const context = new LLMContext([system]);
    let before: readonly ChatMessage[] = context.messages;
    let cuts = 0;
    for (let turn = 1; turn <= 100; turn++) {
      context.append(user(`question ${turn} `.repeat(3)), turn);
      policies.apply(context);
      expect(estimateTokens(context.messages)).toBeLessThanOrEqual(400);
      expect(context.messages[0]).toEqual(system);
      expect(messageText(context.messages.at(-1)!)).toContain(`question ${turn} `);
      if (JSON.stringify(context.messages.slice(0, before.length)) !== JSON.stringify(before)) {
        cuts++;
        expect(estimateTokens(context.messages)).toBeLessThanOrEqual(200);
      }
      context.append(bot(`answer ${turn}.`), turn);
      before = context.messages;
    }
    expect(cuts).toBeGreaterThan(3);
    expect(cuts).toBeLessThan(100 / 4);
    expect(errors).toEqual([]);
  });

  test('keeps the last turns whole, memories, and the system messages at the head, whatever the limit', () => {
    const { policies } = chain(windowPolicy({ maxMessages: 1, keepTurns: 2 }));
    const context = new LLMContext([system, user('one'), bot('1'), user('two'), bot('2')]);
    context.remember('Called Ann.');
    context.append([user('three'), bot('3'), user('four')], 1);
    policies.apply(context);
    expect(texts(context)).toEqual(['You are brief.', 'Called Ann.', 'three', '3', 'four']);
    const { version } = context;
    policies.apply(context);
    expect(context.version).toBe(version);
  });

  test('and the reset never part a tool call from its results, and never touch the head or the last turn (S001-48)', () => {
    fc.assert(
      fc.property(
        anyConversation,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        (messages, max, keepTurns) => {
          for (const policy of [windowPolicy({ maxMessages: max, keepTurns }), resetPolicy({ everyTurns: max })]) {
            const { policies, errors } = chain(policy);
            const context = new LLMContext(messages);
            policies.apply(context);
            checkToolPairs(context.messages);
            expect(errors).toEqual([]);
            expect(context.messages[0]).toBe(messages[0]);
            const last = messages.findLastIndex(({ role }) => role === 'user');
            if (last !== -1) expect(context.messages.slice(-(messages.length - last))).toEqual(messages.slice(last));
          }
        },
      ),
    );
  });

  test('says at the door which option is wrong', () => {
    expect(() => windowPolicy({})).toThrow('set maxTokens or maxMessages');
    expect(() => windowPolicy({ maxTokens: 0 })).toThrow('maxTokens must be a whole number from 1 up, not 0');
    expect(() => windowPolicy({ maxTokens: 5, keepTurns: 0 })).toThrow('keepTurns');
    expect(() => windowPolicy({ maxTokens: 5, keepShare: 2 })).toThrow('keepShare must be from 0 to 1, not 2');
  });
});

test('the reset forgets everything but the head and memories every few turns (S001-48)', () => {
  const { policies } = chain(resetPolicy({ everyTurns: 3 }));
  const context = new LLMContext([system]);
  const lengths: number[] = [];
  for (let turn = 1; turn <= 8; turn++) {
    if (turn === 2) context.remember('Called Ann.');
    context.append(user(`question ${turn}`), turn);
    policies.apply(context);
    lengths.push(context.messages.length);
    context.append(bot(`answer ${turn}`), turn);
  }
  expect(lengths).toEqual([2, 5, 7, 3, 5, 7, 3, 5]);
  expect(texts(context)).toEqual(['You are brief.', 'Called Ann.', 'question 7', 'answer 7', 'question 8', 'answer 8']);
  expect(() => resetPolicy({ everyTurns: 0 })).toThrow('everyTurns');
});

describe('speech', () => {
  const second = Buffer.alloc(44 + 48_000).toString('base64');
  const speech = (transcript?: string): ChatMessage => {
    const part: InputAudioPart = { type: 'input_audio', input_audio: { data: second, format: 'wav' } };
    return { role: 'user', content: [transcript === undefined ? part : { ...part, transcript }] };
  };
  const isSpeech = ({ content }: ChatMessage): boolean =>
    Array.isArray(content) && content.some((part) => part.type === 'input_audio');

  test('of older turns becomes its transcript, and the tokens fall accordingly (S001-48, S001-71)', () => {
    const { policies } = chain(audioToText({ keepTurns: 2 }));
    const context = new LLMContext([system]);
    const all: ChatMessage[] = [system];
    for (let turn = 1; turn <= 20; turn++) {
      context.append(speech(`short ${turn}`), turn);
      policies.apply(context);
      expect(context.messages.filter(isSpeech)).toHaveLength(Math.min(turn, 2));
      context.append(bot('Yes.'), turn);
      all.push(speech(`short ${turn}`), bot('Yes.'));
    }
    expect(texts(context).filter((text) => text.startsWith('short'))).toHaveLength(20);
    expect(estimateTokens(context.messages)).toBeLessThan(0.6 * estimateTokens(all));
  });

  test('is exchanged several turns at a time, if that is wished', () => {
    const { policies } = chain(audioToText({ keepTurns: 1, slackTurns: 3 }));
    const context = new LLMContext([]);
    const left: number[] = [];
    for (let turn = 1; turn <= 9; turn++) {
      context.append(speech('words'), turn);
      policies.apply(context);
      left.push(context.messages.filter(isSpeech).length);
    }
    expect(left).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1]);
  });

  test('without a transcript stays, and keepTurns: 0 exchanges the present turn too', () => {
    const { policies } = chain(audioToText({ keepTurns: 0 }));
    const context = new LLMContext([speech(), speech('known')]);
    policies.apply(context);
    expect(context.messages.map(isSpeech)).toEqual([true, false]);
  });
});

test('a policy that throws, or parts a call from its results, is reported and changes nothing; the next one has its say', () => {
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } } as const;
  const { policies, errors } = chain(
    () => () => {
      throw new Error('broken policy');
    },
    () =>
      ({ entries }) =>
        entries.slice(1),
    () => (version) => [{ message: user('put before'), turn: 0 }, ...version.entries],
  );
  const context = new LLMContext([
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c', content: 'found' },
  ]);
  policies.apply(context);
  expect(errors).toEqual(['Error: broken policy', expect.stringContaining('belong together')]);
  expect(texts(context)).toEqual(['put before', '', 'found']);
});
