import { type LLMRequest, messageText, type ToolCallRequest } from '@voxrill/core';
import { type Conversation, type ReadMessages, readConversation } from './conversation.js';
import { replayForms } from './forms/replay.js';
import type { RuleInput, WallTime } from './rule.js';
import { openQuestion } from './rules/forms.js';
import { rules } from './rules.js';
import { planTools } from './tools/plan.js';
import { parameterQuestion } from './tools/question.js';
import { renderResult, type ToolAnswer } from './tools/render-result.js';
import { isRecord } from './tools/schema.js';
import { utterance } from './utterance.js';

/** What the model answers: words, or calls. Never neither. */
export interface Answer {
  readonly text: string;
  readonly calls: readonly ToolCallRequest[];
}

/** What the rules may know besides the conversation. */
export interface AnswerOptions {
  readonly wallClock?: (() => WallTime) | undefined;
  readonly timeZone?: string | undefined;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const spoken = (text: string): Answer => ({ text, calls: [] });

interface Tail {
  readonly answers: readonly ToolAnswer[];
  /** True when the user spoke again after the calls were made. */
  readonly late: boolean;
}

function argumentsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

/** The results at the end of the messages that nothing has been said about yet. */
function unspokenResults({ messages }: Conversation): Tail {
  const answers: ToolAnswer[] = [];
  for (const message of messages.toReversed()) {
    if (message.role === 'user') break;
    if (message.role === 'assistant' && messageText(message) !== '') break;
    if (message.role !== 'tool') continue;
    const made = messages
      .flatMap((one) => (one.role === 'assistant' ? (one.tool_calls ?? []) : []))
      .findLast((call) => call.id === message.tool_call_id);
    answers.unshift({
      name: made?.function.name ?? '',
      args: argumentsOf(made?.function.arguments ?? '{}'),
      content: messageText(message),
    });
  }
  const lastUser = messages.findLastIndex((message) => message.role === 'user');
  const lastCalls = messages.findLastIndex((message) => message.role === 'assistant' && (message.tool_calls?.length ?? 0) > 0);
  return { answers, late: answers.length > 0 && lastCalls >= 0 && lastUser > lastCalls };
}

/** The number of the next call. A turn whose calls were never noted down must not give its numbers to the next turn. */
function nextCallNumber({ messages, turns }: Conversation): number {
  const used = messages.flatMap((message) => {
    const ids =
      message.role === 'assistant'
        ? (message.tool_calls ?? []).map((call) => call.id)
        : message.role === 'tool'
          ? [message.tool_call_id]
          : [];
    return ids.map((id) => Number(/^call_(\d{1,9})$/.exec(id)?.[1] ?? 0));
  });
  return Math.max(0, turns.length - 1, ...used) + 1;
}

function fromRules(input: RuleInput): string {
  for (const rule of rules) {
    const text = rule.answer(input);
    if (text === undefined || text.trim() === '') continue;
    const back = rule.aside === true ? openQuestion(input) : undefined;
    return back === undefined ? text : `${text} ${back}`;
  }
  return 'I did not catch that. How can I help you?';
}

/** Without new words from the user there is only a greeting, a check whether they are there, or an offer. */
function unprompted({ messages, turns }: Conversation): string {
  const last = messages.at(-1);
  const instruction = last?.role === 'system' || last?.role === 'developer' ? messageText(last).toLowerCase() : '';
  if (turns.length > 0 && /\b(?:silen|idle|quiet|still there|inactiv)/.test(instruction)) return 'Are you still there?';
  if (/\b(?:goodbye|end the call|hang up|wrap up)\b/.test(instruction) && turns.length > 0)
    return 'Goodbye! It was nice to talk to you.';
  if (turns.length === 0) return 'Hello! I am a small rule-based assistant. How can I help you?';
  const open = last?.role === 'assistant' && (last.tool_calls?.length ?? 0) > 0;
  return open ? 'I am still working on that.' : 'Is there anything else I can do for you?';
}

/** Answers a request. The same messages and tools always get the same answer. */
export function answer(request: LLMRequest, options: AnswerOptions = {}, read?: ReadMessages): Answer {
  const conversation = readConversation(request.messages, request.tools, read);
  const turn = conversation.turns.at(-1);
  const input: RuleInput = {
    said: turn?.said ?? utterance(''),
    conversation,
    forms: once(() => replayForms(conversation)),
    wallClock: options.wallClock,
    timeZone: options.timeZone,
  };
  const { answers, late } = unspokenResults(conversation);
  if (answers.length > 0) {
    const told = [...new Set(answers.map(renderResult))].join(' ');
    return spoken(late ? `${told} ${fromRules(input)}` : told);
  }
  const lastMessage = request.messages.findLast((message) => message.role !== 'system' && message.role !== 'developer');
  const afterUser =
    request.messages.at(-1)?.role === 'user' || (lastMessage?.role === 'user' && request.messages.at(-1)?.role !== 'assistant');
  if (turn === undefined || !afterUser) return spoken(unprompted(conversation));
  const plan = planTools(input);
  if (plan?.kind === 'dropped') return spoken('All right, I will leave that. What else can I do?');
  if (plan?.kind === 'ask') {
    const [first] = plan.missing;
    if (first !== undefined) return spoken(`Gladly. ${parameterQuestion(first)}`);
  }
  if (plan?.kind === 'call' && plan.calls.length > 0) {
    const number = nextCallNumber(conversation);
    const distinct = new Map(plan.calls.map((call) => [JSON.stringify(call), call]));
    return {
      text: '',
      calls: Array.from(distinct.values(), (call, index) => ({
        id: `call_${number + index}`,
        name: call.name,
        arguments: JSON.stringify(call.args),
      })),
    };
  }
  return spoken(fromRules(input));
}
