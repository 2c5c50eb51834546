import type { LLMUsage, MetricData } from '../frames/frame-map.js';

/** The name of each count of tokens as a metric. */
const names = {
  promptTokens: 'prompt-tokens',
  completionTokens: 'completion-tokens',
  cachedPromptTokens: 'cached-prompt-tokens',
  reasoningTokens: 'reasoning-tokens',
  promptAudioTokens: 'prompt-audio-tokens',
  cachedPromptAudioTokens: 'cached-prompt-audio-tokens',
  completionAudioTokens: 'completion-audio-tokens',
} as const satisfies Readonly<Record<keyof LLMUsage, string>>;

/** All counts of tokens there are. */
export const usageFields = Object.keys(names) as readonly (keyof LLMUsage)[];

/**
 * The usage of one inference as metrics, for a service that has no base class to do it. `model` is what it is billed as, if
 * that is not what the service says of itself in `service-metadata`.
 *
 * @example
 * ```ts
 * const metrics = usageMetrics('realtime', { promptTokens: 128, cachedPromptTokens: 64, completionTokens: 40 });
 * console.log(metrics.map(({ name, value }) => `${name}: ${value}`));
 * ```
 */
export function usageMetrics(processor: string, usage: LLMUsage, model?: string): MetricData[] {
  const labels = model === undefined ? {} : { labels: { model } };
  return usageFields.flatMap((field) => {
    const value = usage[field];
    return value === undefined ? [] : [{ name: names[field], value, unit: 'tokens', processor, ...labels } as const];
  });
}

/**
 * The usage that these metrics tell of; undefined if they tell of none. The inverse of {@link usageMetrics}.
 *
 * @example
 * ```ts
 * const usage = usageOf(usageMetrics('llm', { promptTokens: 128, completionTokens: 40 }));
 * console.log(usage?.promptTokens); // 128
 * ```
 */
export function usageOf(metrics: readonly MetricData[]): LLMUsage | undefined {
  const counts: { -readonly [Field in keyof LLMUsage]?: number } = {};
  for (const field of usageFields) {
    const metric = metrics.find(({ name }) => name === names[field]);
    if (metric !== undefined) counts[field] = metric.value;
  }
  if (Object.keys(counts).length === 0) return undefined;
  return { promptTokens: 0, completionTokens: 0, ...counts };
}
