import type { ChatMessage, LLMRequest, LLMSettings, UserContentPart } from '@voxrill/core';
import type OpenAI from 'openai';
import { openaiBaseURL } from './base-url.js';
import type { ResolvedChatOptions } from './chat-options.js';

type Body = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming;
type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam;

function wirePart(part: UserContentPart): OpenAI.Chat.Completions.ChatCompletionContentPart {
  switch (part.type) {
    case 'text':
      return { ...part };
    case 'image_url':
      return { type: 'image_url', image_url: { ...part.image_url } };
    case 'input_audio':
      return { type: 'input_audio', input_audio: { ...part.input_audio } };
  }
}

function wireMessage(message: ChatMessage): Message {
  if (message.role === 'user') {
    const { role, content } = message;
    return { role, content: typeof content === 'string' ? content : content.map(wirePart) };
  }
  if (message.role !== 'assistant') return { ...message };
  const { role, content, tool_calls } = message;
  // An empty list of calls, and a message that holds nothing at all, are refused by the API.
  if (tool_calls === undefined || tool_calls.length === 0) return { role, content: content ?? '' };
  return { role, content, tool_calls: tool_calls.map((call) => ({ ...call, function: { ...call.function } })) };
}

function wireChoice(choice: NonNullable<LLMSettings['toolChoice']>): OpenAI.Chat.Completions.ChatCompletionToolChoiceOption {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } };
}

/** The request body, always with its fields in the same order: a prompt cache compares bytes. */
export function chatBody(request: LLMRequest, options: ResolvedChatOptions, includeUsage: boolean): Body {
  const { model, baseURL, extraBody } = options;
  const { temperature = options.temperature, maxTokens = options.maxTokens, toolChoice } = request.settings ?? {};
  // OpenAI's newer models refuse `max_tokens`; most other servers know nothing else.
  const limited = (most: number) => (baseURL === openaiBaseURL ? { max_completion_tokens: most } : { max_tokens: most });
  const tools = request.tools.map(({ name, description, parameters }) => ({
    type: 'function' as const,
    function: { name, description, parameters: { ...parameters } },
  }));
  return {
    model,
    messages: request.messages.map(wireMessage),
    ...(tools.length === 0 ? {} : { tools }),
    ...(tools.length === 0 || toolChoice === undefined ? {} : { tool_choice: wireChoice(toolChoice) }),
    stream: true,
    ...(includeUsage ? { stream_options: { include_usage: true } } : {}),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : limited(maxTokens)),
    ...extraBody,
  };
}
