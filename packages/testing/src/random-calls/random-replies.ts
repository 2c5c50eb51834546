import type { ErrorCategory } from '@voxrill/core';
import type { FakeLLMOptions, FakeReplyPart } from '../fakes/fake-llm.js';
import type { Random } from '../simulator/seeded-random.js';
import { toolNames } from './random-tools.js';
import type { WordSource } from './word-source.js';

type Replies = Extract<FakeLLMOptions['replies'], (...parameters: never[]) => unknown>;

/** Errors after which the next request may well succeed. */
const passingErrors: readonly ErrorCategory[] = ['rate-limit', 'server', 'connectivity', 'overload', 'application'];

/** A model that says what chance wants, calls tools, stalls, fails and hangs. */
export function randomReplies(
  random: Random,
  words: WordSource,
  { llmTrouble, toolShare }: { readonly llmTrouble: number; readonly toolShare: number },
): Replies {
  const sentences = (most: number): string =>
    Array.from({ length: random.between(1, most) }, () => words.sentence(random.between(2, 9))).join(' ');
  const troubles: readonly (() => readonly FakeReplyPart[])[] = [
    () => [{ error: random.pick(passingErrors) }],
    () => [sentences(2), ' ', { error: random.pick(passingErrors) }],
    () => [{ hang: true }],
    () => [sentences(1), ' ', { stallMs: random.between(200, 2500) }, sentences(2)],
    () => [words.phrase(3), ' ', { stallMs: 60_000 }],
  ];
  return ({ messages, tools }) => {
    const again = messages.at(-1)?.role === 'tool';
    if (random.chance(llmTrouble)) return random.pick(troubles)();
    if (tools.length === 0 || !random.chance(again ? toolShare / 3 : toolShare)) return sentences(4);
    const calls = Array.from({ length: random.between(1, 3) }, () => ({ toolCall: toolCall(random) }));
    return random.chance(0.4) ? [`${sentences(1)} `, ...calls] : calls;
  };
}

/** Mostly one that exists, with arguments that fit. */
function toolCall(random: Random): { readonly name: string; readonly arguments: unknown } {
  const name = random.chance(0.05) ? 'no_such_tool' : random.pick(toolNames);
  return { name, arguments: random.chance(0.05) ? '{"broken' : {} };
}
