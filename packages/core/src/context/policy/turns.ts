import { type ContextEntry, headLength } from '../llm-context.js';

/** A conversation as policies see it. */
export interface SplitContext {
  /** What must not be lost: the system messages at the head. */
  readonly head: readonly ContextEntry[];
  /** Everything else, in order. */
  readonly body: readonly ContextEntry[];
  /** Where in the body the turns of the user begin. A cut there never parts a tool call from its results. */
  readonly turns: readonly number[];
}

export function splitContext(entries: readonly ContextEntry[]): SplitContext {
  const head = headLength(entries);
  const body = entries.slice(head);
  return {
    head: entries.slice(0, head),
    body,
    turns: body.flatMap(({ message }, index) => (message.role === 'user' ? [index] : [])),
  };
}

/** Throws when an option that counts something is not a whole number of at least `least`. */
export function checkCount(policy: string, option: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`${policy}: ${option} must be a whole number from ${least} up, not ${value}.`);
}
