import type { Conversation } from './conversation.js';
import type { FormState } from './forms/replay.js';
import type { Utterance } from './utterance.js';

/** A moment of wall time; a `Date` is one. */
export interface WallTime {
  getTime(): number;
}

/** What a rule gets to see. */
export interface RuleInput {
  readonly said: Utterance;
  readonly conversation: Conversation;
  /** The orders and tables of the call, read from all its turns when first asked for. */
  readonly forms: () => FormState;
  readonly wallClock?: (() => WallTime) | undefined;
  /** IANA name of the zone in which times are told; the machine's own when left out. */
  readonly timeZone?: string | undefined;
}

/** One thing the model can do. The first rule of the table that answers wins. */
export interface Rule {
  readonly name: string;
  /** True when an order that is being taken goes on after this answer. */
  readonly aside?: boolean;
  /** The reply, or `undefined` when the words are not for this rule. */
  answer(input: RuleInput): string | undefined;
}
