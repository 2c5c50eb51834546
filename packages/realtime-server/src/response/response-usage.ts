import {
  audioTokens,
  type ChatMessage,
  estimateTokens,
  type LLMUsage,
  statedAudioRates,
  type ToolDefinition,
} from '@voxrill/core';
import type { RealtimeUsage } from '@voxrill/openai';

/** What a response was made from, and of. */
export interface UsedByResponse {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolDefinition[];
  /** How much of the prompt the user has spoken, and the words of it. */
  readonly heardMs: number;
  readonly heardText: string;
  /** All that was written, spoken or called. */
  readonly text: string;
  readonly spokenMs: number;
  /** What the model itself says. */
  readonly reported: LLMUsage | undefined;
}

/** Four characters of text to a token, as the core estimates prompts. */
export const textTokens = (text: string): number => Math.ceil(text.length / 4);

/**
 * The tokens of a response: those that the model has reported, else estimates. Speech counts as OpenAI states it, a token for
 * 100 ms of the user and for 50 ms of the bot.
 */
export function responseUsage(used: UsedByResponse): RealtimeUsage {
  const { reported } = used;
  const inAudio = reported === undefined ? audioTokens(used.heardMs, 'in', statedAudioRates) : (reported.promptAudioTokens ?? 0);
  const prompt = used.messages.length === 0 ? 0 : estimateTokens(used.messages, used.tools);
  const inText =
    reported === undefined ? Math.max(0, prompt - textTokens(used.heardText)) : Math.max(0, reported.promptTokens - inAudio);
  const outAudio = reported?.completionAudioTokens ?? audioTokens(used.spokenMs, 'out', statedAudioRates);
  const outText =
    reported === undefined
      ? textTokens(used.text)
      : Math.max(0, reported.completionTokens - (reported.completionAudioTokens ?? 0));
  const cached = Math.min(inText + inAudio, reported?.cachedPromptTokens ?? 0);
  const cachedAudio = Math.min(cached, reported?.cachedPromptAudioTokens ?? 0);
  return {
    total_tokens: inText + inAudio + outText + outAudio,
    input_tokens: inText + inAudio,
    output_tokens: outText + outAudio,
    input_token_details: {
      text_tokens: inText,
      audio_tokens: inAudio,
      cached_tokens: cached,
      cached_tokens_details: { text_tokens: cached - cachedAudio, audio_tokens: cachedAudio },
    },
    output_token_details: { text_tokens: outText, audio_tokens: outAudio },
  };
}
