import type { LLMUsage } from '../frames/frame-map.js';
import { usageFields } from '../services/usage-metrics.js';
import type { ServiceUsage } from './observe-usage.js';

/** Sums over many calls. The audio counts are parts of the counts beside them, as in {@link LLMUsage}. */
export interface UsageTotals extends Required<LLMUsage> {
  /** How many calls there were: inferences, spoken texts, recognised stretches of speech. */
  readonly calls: number;
  /** Characters that were spoken. */
  readonly characters: number;
  /** Audio that was recognised. */
  readonly audioMs: number;
}

/** What was used, by service and in all. Plain data. */
export interface UsageReport {
  readonly services: readonly (UsageTotals & { readonly processor: string; readonly model?: string })[];
  readonly total: UsageTotals;
}

/** Of more services than this, the rest is summed up in one. */
const maxServices = 256;

const nothing: UsageTotals = {
  calls: 0,
  promptTokens: 0,
  completionTokens: 0,
  cachedPromptTokens: 0,
  reasoningTokens: 0,
  promptAudioTokens: 0,
  cachedPromptAudioTokens: 0,
  completionAudioTokens: 0,
  characters: 0,
  audioMs: 0,
};

/** Sums up what is used. */
export class UsageLedger {
  readonly #services = new Map<string, UsageReport['services'][number]>();
  #total = nothing;

  add(usage: ServiceUsage): void {
    this.#total = plus(this.#total, usage);
    const { model } = usage;
    let { processor } = usage;
    let key = JSON.stringify([processor, model]);
    if (this.#services.size >= maxServices && !this.#services.has(key)) {
      processor = 'others';
      key = processor;
    }
    const named = { processor, ...(model === undefined || key === 'others' ? {} : { model }) };
    const known = this.#services.get(key) ?? { ...named, ...nothing };
    this.#services.set(key, { ...known, ...plus(known, usage) });
  }

  report(): UsageReport {
    return { services: [...this.#services.values()], total: this.#total };
  }
}

function plus(totals: UsageTotals, { tokens, characters = 0, audioMs = 0 }: ServiceUsage): UsageTotals {
  const sums = {
    ...totals,
    calls: totals.calls + 1,
    characters: totals.characters + characters,
    audioMs: totals.audioMs + audioMs,
  };
  if (tokens !== undefined) for (const field of usageFields) sums[field] = totals[field] + (tokens[field] ?? 0);
  return sums;
}
