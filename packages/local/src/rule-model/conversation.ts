import { type ChatMessage, messageText, type ToolDefinition } from '@voxrill/core';
import { type Utterance, utterance } from './utterance.js';

/** One thing the user said, and what followed before the user spoke again. */
export interface UserTurn {
  readonly said: Utterance;
  /** What the bot was heard to say in reply; empty when nothing was. */
  readonly reply: string;
  /** True when the bot called a tool in reply. */
  readonly calledTool: boolean;
}

/** The conversation as the rules see it. Everything comes from the messages: the model itself remembers nothing. */
export interface Conversation {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolDefinition[];
  readonly turns: readonly UserTurn[];
  /** What the bot was last heard to say; empty at the beginning. */
  readonly lastReply: string;
}

const spoken = (message: ChatMessage): string => messageText(message).trim();

/** Utterances that were read already. Messages never change, and reading them all again in each turn would grow with the call. */
export type ReadMessages = WeakMap<ChatMessage, Utterance>;

function readOnce(message: ChatMessage, read: ReadMessages): Utterance {
  const before = read.get(message);
  if (before !== undefined) return before;
  const said = utterance(spoken(message));
  read.set(message, said);
  return said;
}

/** Reads the messages of a request. */
export function readConversation(
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
  read: ReadMessages = new WeakMap(),
): Conversation {
  const turns: { said: Utterance; reply: string; calledTool: boolean }[] = [];
  let lastReply = '';
  for (const message of messages) {
    if (message.role === 'user') {
      turns.push({ said: readOnce(message, read), reply: '', calledTool: false });
    } else if (message.role === 'assistant') {
      const text = spoken(message);
      const turn = turns.at(-1);
      if (text !== '') lastReply = text;
      if (turn === undefined) continue;
      if (text !== '') turn.reply = turn.reply === '' ? text : `${turn.reply} ${text}`;
      if ((message.tool_calls?.length ?? 0) > 0) turn.calledTool = true;
    }
  }
  return { messages, tools, turns, lastReply };
}
