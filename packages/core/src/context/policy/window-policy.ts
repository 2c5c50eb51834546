import type { ToolDefinition } from '../../tools/tool.js';
import { type EstimateOptions, estimateTokens } from '../estimate-tokens.js';
import type { ContextEntry } from '../llm-context.js';
import type { ContextPolicy } from './context-policy.js';
import { checkCount, splitContext } from './turns.js';

/** Options of {@link windowPolicy}; at least one of the two limits. */
export interface WindowPolicyOptions {
  /** How many tokens the prompt may have, tools included, by {@link estimateTokens}. */
  readonly maxTokens?: number;
  /** How many messages the prompt may have. */
  readonly maxMessages?: number;
  /** How many turns of the user are never dropped, the present one included. @defaultValue 2 */
  readonly keepTurns?: number;
  /** How much of the limit is left after a cut, from 0 to 1: the less, the rarer the cuts. @defaultValue 0.5 */
  readonly keepShare?: number;
  readonly estimate?: EstimateOptions;
}

/**
 * Drops the oldest turns when the prompt is over its limit, down to half of it, so that between two cuts every prompt begins
 * with the one before. Kept are the system messages at the head, memories, the summary, and the last turns even when they
 * alone are over the limit.
 *
 * @example
 * ```ts
 * const context = contextPair({ policies: [windowPolicy({ maxTokens: 8000 })] });
 * ```
 */
export function windowPolicy(options: WindowPolicyOptions): ContextPolicy {
  const { maxTokens = Infinity, maxMessages = Infinity, keepTurns = 2, keepShare = 0.5, estimate } = options;
  if (options.maxTokens === undefined && options.maxMessages === undefined) {
    throw new TypeError('windowPolicy needs a limit: set maxTokens or maxMessages.');
  }
  if (options.maxTokens !== undefined) checkCount('windowPolicy', 'maxTokens', maxTokens, 1);
  if (options.maxMessages !== undefined) checkCount('windowPolicy', 'maxMessages', maxMessages, 1);
  checkCount('windowPolicy', 'keepTurns', keepTurns, 1);
  if (!(keepShare >= 0 && keepShare <= 1)) {
    throw new RangeError(`windowPolicy: keepShare must be from 0 to 1, not ${keepShare}.`);
  }
  const fits = (entries: readonly ContextEntry[], tools: readonly ToolDefinition[], share: number): boolean =>
    entries.length <= maxMessages * share &&
    estimateTokens(
      entries.map(({ message }) => message),
      tools,
      estimate,
    ) <=
      maxTokens * share;
  return ({ tools }) =>
    ({ entries }) => {
      if (fits(entries, tools, 1)) return entries;
      const { head, body, turns } = splitContext(entries);
      let kept = entries;
      for (const from of turns.slice(0, turns.length - keepTurns + 1)) {
        const lasting = body.slice(0, from).filter(({ kind }) => kind !== undefined);
        kept = [...head, ...lasting, ...body.slice(from)];
        if (fits(kept, tools, keepShare)) break;
      }
      return kept.length === entries.length ? entries : kept;
    };
}
