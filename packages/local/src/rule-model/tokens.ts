import { type ChatMessage, type LLMRequest, messageText } from '@voxrill/core';

const longestPiece = 6;

/** Cuts text into pieces as a model streams them: a word or a part of one, with the space before it. Joined, they are the text. */
export function tokens(text: string): string[] {
  const pieces: string[] = [];
  for (const [word] of text.matchAll(/\s*\S+\s*$|\s*\S+|^\s+$/gu)) {
    const letters = Array.from(word);
    for (let from = 0; from < letters.length; from += longestPiece) {
      // A tail of one or two letters stays with its word.
      const to = letters.length - from - longestPiece <= 2 ? letters.length : from + longestPiece;
      pieces.push(letters.slice(from, to).join(''));
      if (to === letters.length) break;
    }
  }
  return pieces;
}

/** How many tokens a text may be: a token is about four characters of English. */
export const estimatedTokens = (characters: number): number => Math.ceil(characters / 4);

/**
 * How many tokens of a prompt a provider has cached when `shared` tokens at its beginning are as in the prompt before:
 * none below 1024, then in steps of 128 (OpenAI, “Prompt caching”).
 */
export const cachedTokens = (shared: number): number => (shared < 1024 ? 0 : 1024 + 128 * Math.floor((shared - 1024) / 128));

function characters(messages: readonly ChatMessage[]): number {
  let sum = 0;
  for (const message of messages) {
    sum += message.role.length + messageText(message).length;
    if (message.role !== 'assistant') continue;
    for (const call of message.tool_calls ?? []) sum += call.function.name.length + call.function.arguments.length;
  }
  return sum;
}

/** Estimates the prompt and the part of it that the request before this one had in common with it. */
export function promptTokens(request: LLMRequest): { readonly promptTokens: number; readonly cachedPromptTokens: number } {
  const tools = request.tools.length === 0 ? 0 : JSON.stringify(request.tools).length;
  const answered = request.messages.findLastIndex((message) => message.role === 'assistant');
  const shared = answered < 0 ? 0 : estimatedTokens(tools + characters(request.messages.slice(0, answered)));
  return { promptTokens: estimatedTokens(tools + characters(request.messages)), cachedPromptTokens: cachedTokens(shared) };
}
