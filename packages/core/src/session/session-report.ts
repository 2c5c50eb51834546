import type { ErrorCategory } from '../frames/error-category.js';
import type { TurnRecord } from './turn-log.js';

/** Why a session is over. */
export type EndReason = 'ended' | 'cancelled' | 'failed' | 'timed-out';

/** What a session was, when it is over. Plain data. */
export interface SessionReport {
  readonly id: string;
  /** `timed-out`: a graceful end that had to become a cancel. `failed`: it could not start, or a processor gave up. */
  readonly reason: EndReason;
  /** In a sentence, if there is more to say. */
  readonly detail?: string;
  readonly durationMs: number;
  readonly turns: readonly TurnRecord[];
  readonly totalTurns: number;
  /** How often the user got no answer; turns that the user continued count with the turn that took them up. */
  readonly unansweredTurns: number;
  /** How often the turn epoch rose: at each turn of the user, also when the bot was silent, and at each `interrupt()`. */
  readonly interruptions: number;
  readonly errors: readonly ReportedError[];
  readonly totalErrors: number;
  /** Frames that were not handed on: of a dead turn, after the end, or beyond a bound. */
  readonly dropped: { readonly stale: number; readonly closed: number; readonly overload: number };
}

export interface ReportedError {
  readonly atMs: number;
  readonly processor: string;
  readonly category: ErrorCategory;
  readonly message: string;
}
