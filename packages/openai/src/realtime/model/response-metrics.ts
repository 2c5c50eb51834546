import { type LLMUsage, type MetricData, usageMetrics } from '@voxrill/core';
import type { RealtimeUsage } from '../protocol/schema/response-schema.js';
import type { RealtimeServerEventOf } from '../protocol/server-events.js';

/** What a response took, for the meters. Of what the service does not tell nothing is said. */
export function responseMetrics(processor: string, usage: RealtimeUsage): readonly MetricData[] {
  const { input_token_details: input, output_token_details: output } = usage;
  const counts: LLMUsage = {
    promptTokens: usage.input_tokens ?? 0,
    completionTokens: usage.output_tokens ?? 0,
    ...count('cachedPromptTokens', input?.cached_tokens),
    ...count('promptAudioTokens', input?.audio_tokens),
    ...count('cachedPromptAudioTokens', input?.cached_tokens_details?.audio_tokens),
    ...count('completionAudioTokens', output?.audio_tokens),
  };
  return usageMetrics(processor, counts);
}

/** What it took to write down what the user said: tokens, or the length of it. `model`: which one has written it. */
export function transcriptionMetrics(
  processor: string,
  usage: NonNullable<RealtimeServerEventOf<'conversation.item.input_audio_transcription.completed'>['usage']>,
  model: string | undefined,
): readonly MetricData[] {
  const { seconds, input_tokens: input, output_tokens: output, input_token_details: details } = usage;
  const labels = model === undefined ? {} : { labels: { model } };
  if (typeof seconds === 'number') return [{ name: 'audio-ms', value: seconds * 1000, unit: 'ms', processor, ...labels }];
  if (typeof input !== 'number' && typeof output !== 'number') return [];
  const counts: LLMUsage = {
    promptTokens: input ?? 0,
    completionTokens: output ?? 0,
    ...count('promptAudioTokens', details?.audio_tokens),
  };
  return usageMetrics(processor, counts, model);
}

/** How much may still be asked for, by kind. */
export function rateLimitMetrics(
  processor: string,
  { rate_limits }: RealtimeServerEventOf<'rate_limits.updated'>,
): readonly MetricData[] {
  return rate_limits.flatMap(({ name, remaining, limit, reset_seconds }) => {
    if (remaining === undefined || remaining === null) return [];
    const labels = {
      kind: name ?? '',
      ...(typeof limit === 'number' ? { limit } : {}),
      ...(typeof reset_seconds === 'number' ? { resetMs: reset_seconds * 1000 } : {}),
    };
    return [{ name: 'rate-limit-remaining', value: remaining, unit: 'count', processor, labels } as const];
  });
}

const count = (field: keyof LLMUsage, value: number | null | undefined) =>
  value === undefined || value === null ? {} : { [field]: value };
