import type { ToolDefinition } from '../tools/tool.js';
import type { ChatMessage, UserContentPart } from './chat-message.js';
import { wavDurationMs } from './wav-duration.js';

/** Tokens a minute of speech, as a model hears it and as it says it. */
export interface AudioTokenRates {
  readonly inPerMinute: number;
  readonly outPerMinute: number;
}

/** What was measured in calls of 2024: about 800 a minute, either way. */
export const measuredAudioRates: AudioTokenRates = { inPerMinute: 800, outPerMinute: 800 };

/** What OpenAI states: a token for 100 ms of speech of the user, and for 50 ms of the model's own. */
export const statedAudioRates: AudioTokenRates = { inPerMinute: 600, outPerMinute: 1200 };

/** Options of {@link estimateTokens}. */
export interface EstimateOptions {
  /** @defaultValue `measuredAudioRates` */
  readonly audio?: AudioTokenRates;
}

const charactersPerToken = 4;
/** The marks around a message and its role: 3 and 1. */
const perMessage = 4;
/** What the prompt ends with. */
const perPrompt = 3;
const lowDetailImage = 85;
/** 1024 × 1024 pixels: four tiles of 170, and 85. */
const image = 765;
/** An MP3 of speech, for want of its header. */
const mp3BytesPerMs = 16;

/**
 * Estimates the tokens of a prompt: four characters of text to a token, and what is said about messages, pictures and speech
 * in OpenAI's documentation (“What are tokens”, the cookbook's “How to count tokens”, “Images and vision” for GPT-4o). Real
 * tokenisers differ by a fifth for English, and by more for other languages.
 *
 * @example
 * ```ts
 * console.log(estimateTokens([{ role: 'user', content: 'Where is my order?' }])); // 12
 * ```
 */
export function estimateTokens(
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[] = [],
  options: EstimateOptions = {},
): number {
  const { audio = measuredAudioRates } = options;
  let tokens = perPrompt + (tools.length === 0 ? 0 : textTokens(JSON.stringify(tools)));
  for (const message of messages) {
    tokens += perMessage;
    const { content } = message;
    if (typeof content === 'string') tokens += textTokens(content);
    else if (content !== null) for (const part of content) tokens += partTokens(part, audio);
    if (message.role === 'assistant' && message.tool_calls !== undefined) {
      for (const call of message.tool_calls) tokens += textTokens(call.function.name + call.function.arguments);
    }
  }
  return tokens;
}

/**
 * How many tokens speech takes, `in` from the user and `out` from the model.
 *
 * @example
 * ```ts
 * console.log(audioTokens(60_000, 'out', statedAudioRates)); // 1200
 * ```
 */
export function audioTokens(durationMs: number, direction: 'in' | 'out', rates: AudioTokenRates = measuredAudioRates): number {
  return Math.ceil((durationMs * (direction === 'in' ? rates.inPerMinute : rates.outPerMinute)) / 60_000);
}

const textTokens = (text: string): number => Math.ceil(text.length / charactersPerToken);

function partTokens(part: UserContentPart, rates: AudioTokenRates): number {
  switch (part.type) {
    case 'text':
      return textTokens(part.text);
    case 'image_url':
      return part.image_url.detail === 'low' ? lowDetailImage : image;
    case 'input_audio': {
      const { data, format } = part.input_audio;
      const bytes = Math.floor((data.replace(/=+$/u, '').length * 3) / 4);
      return audioTokens(format === 'wav' ? wavDurationMs(data, bytes) : bytes / mp3BytesPerMs, 'in', rates);
    }
  }
}
