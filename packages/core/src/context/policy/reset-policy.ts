import type { ContextPolicy } from './context-policy.js';
import { checkCount, splitContext } from './turns.js';

/** Options of {@link resetPolicy}. */
export interface ResetPolicyOptions {
  /** After how many turns of the user everything before the next is forgotten. */
  readonly everyTurns: number;
}

/**
 * Forgets the conversation every few turns: the cheapest way to keep it short, for bots whose turns have nothing to do with
 * each other. Kept are the system messages at the head and memories.
 *
 * @example
 * ```ts
 * const context = contextPair({ policies: [resetPolicy({ everyTurns: 5 })] });
 * ```
 */
export function resetPolicy({ everyTurns }: ResetPolicyOptions): ContextPolicy {
  checkCount('resetPolicy', 'everyTurns', everyTurns, 1);
  return () =>
    ({ entries }) => {
      const { head, body, turns } = splitContext(entries);
      const present = turns.at(-1);
      if (present === undefined || turns.length <= everyTurns) return entries;
      return [...head, ...body.slice(0, present).filter(({ kind }) => kind === 'memory'), ...body.slice(present)];
    };
}
