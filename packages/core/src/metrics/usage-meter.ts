import type { LLMUsage } from '../frames/frame-map.js';
import { usageFields } from '../services/usage-metrics.js';
import type { ObservedSession } from './each-frame-once.js';
import { observeUsage, type ServiceUsage } from './observe-usage.js';

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

/** Sums up what sessions use. */
export interface UsageMeter {
  /** Takes another session in; the returned function ends it. Sessions that are over need not be taken out. */
  watch(session: ObservedSession): () => void;
  /** Counts what no session tells of. */
  add(usage: ServiceUsage): void;
  report(): UsageReport;
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

/**
 * Accounts for what services use, over any number of sessions: tokens with their cached and audio parts, characters, audio.
 *
 * @example
 * ```ts
 * const session = createSession(pipeline(defineProcessor('nothing', {})));
 * const meter = usageMeter();
 * meter.watch(session);
 * await session.start();
 * await session.end();
 * console.log(meter.report().total.cachedPromptTokens);
 * ```
 */
export function usageMeter(): UsageMeter {
  const services = new Map<string, UsageReport['services'][number]>();
  let total = nothing;
  const add = (usage: ServiceUsage): void => {
    total = plus(total, usage);
    const { model } = usage;
    let { processor } = usage;
    let key = JSON.stringify([processor, model]);
    if (services.size >= maxServices && !services.has(key)) {
      processor = 'others';
      key = processor;
    }
    const known = services.get(key) ?? { processor, ...(model === undefined || key === 'others' ? {} : { model }), ...nothing };
    services.set(key, { ...known, ...plus(known, usage) });
  };
  return {
    watch: (session) => observeUsage(session, add),
    add,
    report: () => ({ services: [...services.values()], total }),
  };
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
