import type { Clock } from '../../clock/clock.js';
import type { LLMUsage } from '../../frames/frame-map.js';
import type { ToolDefinition } from '../../tools/tool.js';
import type { ContextEntry, ContextVersion } from '../llm-context.js';

/** What a policy may use in one session. */
export interface PolicyScope {
  readonly clock: Clock;
  /** Fires when the session is over. */
  readonly signal: AbortSignal;
  /** What the model is offered, which counts as well. */
  readonly tools: readonly ToolDefinition[];
  /** Reports trouble; the conversation goes on. */
  fail(error: unknown): void;
  /** Reports what a model call of the policy's own has used. */
  used(model: string, usage: LLMUsage): void;
}

/** Gives the entries that are to stay, in order; the very same array when nothing is to change. */
export type ApplyPolicy = (version: ContextVersion) => readonly ContextEntry[];

/**
 * Keeps a conversation within bounds. It is opened once a session, and asked each time before the model is. What it changes
 * is changed for good, and costs the provider's cache of the prompt: cut rarely, and then deep. Of several policies each gets
 * what the one before has left. A policy that throws, or parts a tool call from its results, changes nothing.
 *
 * @example
 * ```ts
 * const forgetPictures: ContextPolicy = () => (version) => {
 *   const kept = version.entries.filter(({ message }) => typeof message.content === 'string' || message.role !== 'user');
 *   return kept.length === version.entries.length ? version.entries : kept;
 * };
 * const context = contextPair({ policies: [forgetPictures, windowPolicy({ maxMessages: 40 })] });
 * ```
 */
export type ContextPolicy = (scope: PolicyScope) => ApplyPolicy;
