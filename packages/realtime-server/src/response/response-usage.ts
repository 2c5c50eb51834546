import {
  audioTokens,
  type ChatMessage,
  estimateTokens,
  type LLMUsage,
  statedAudioRates,
  type ToolDefinition,
} from '@voxrill/core';
import type { RealtimeUsage } from '@voxrill/openai';

/** What of a prompt was spoken. */
export interface SpeechInPrompt {
  readonly userMs: number;
  readonly botMs: number;
  /** All words of it, which the model behind was given in place of the sound. */
  readonly words: string;
}

/** What a response was made from, and of. */
export interface UsedByResponse {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolDefinition[];
  readonly speech: SpeechInPrompt;
  /** All that was written, spoken or called. */
  readonly text: string;
  readonly spokenMs: number;
  /** What the model itself says. */
  readonly reported: LLMUsage | undefined;
}

/** Four characters of text to a token, as the core estimates prompts. */
export const textTokens = (text: string): number => Math.ceil(text.length / 4);

/**
 * The tokens of a response: those that the model has reported, else estimates. A model that reports no audio was given words in
 * place of what was spoken: speech counts as audio all the same, as OpenAI states it (a token for 100 ms of the user and for
 * 50 ms of the bot), and its words do not count as text. Models do not say
 * how much of a prompt is images: they are a part of the text.
 */
export function responseUsage({ messages, tools, speech, text, spokenMs, reported }: UsedByResponse): RealtimeUsage {
  const stated = (ms: number, direction: 'in' | 'out'): number => audioTokens(ms, direction, statedAudioRates);
  const inAudio = reported?.promptAudioTokens ?? stated(speech.userMs, 'in') + stated(speech.botMs, 'out');
  const prompt = reported?.promptTokens ?? (messages.length === 0 ? 0 : estimateTokens(messages, tools));
  const inText = Math.max(0, prompt - (reported?.promptAudioTokens ?? textTokens(speech.words)));
  const outAudio = reported?.completionAudioTokens ?? stated(spokenMs, 'out');
  const outText = Math.max(0, (reported?.completionTokens ?? textTokens(text)) - (reported?.completionAudioTokens ?? 0));
  const cachedAudio = Math.min(inAudio, reported?.cachedPromptAudioTokens ?? 0);
  const cachedText = Math.min(inText, Math.max(0, (reported?.cachedPromptTokens ?? 0) - cachedAudio));
  return {
    total_tokens: inText + inAudio + outText + outAudio,
    input_tokens: inText + inAudio,
    output_tokens: outText + outAudio,
    input_token_details: {
      text_tokens: inText,
      audio_tokens: inAudio,
      image_tokens: 0,
      cached_tokens: cachedText + cachedAudio,
      cached_tokens_details: { text_tokens: cachedText, audio_tokens: cachedAudio, image_tokens: 0 },
    },
    output_token_details: { text_tokens: outText, audio_tokens: outAudio },
  };
}
