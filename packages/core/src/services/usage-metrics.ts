import type { LLMUsage, MetricData } from '../frames/frame-map.js';

/** The usage of one inference as metrics. */
export function usageMetrics(processor: string, usage: LLMUsage): MetricData[] {
  const named: readonly (readonly [string, number | undefined])[] = [
    ['prompt-tokens', usage.promptTokens],
    ['completion-tokens', usage.completionTokens],
    ['cached-prompt-tokens', usage.cachedPromptTokens],
    ['reasoning-tokens', usage.reasoningTokens],
  ];
  return named.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value, unit: 'tokens', processor } as const]));
}
