import type { Frame, SessionReport } from '@voxrill/core';
import type { RunOptions } from './run-options.js';
import type { TurnTiming } from './turn-timings.js';

/** Somebody who is told what happens in a session: a person or a program. */
export interface Audience {
  /** `timing`: the turn that this frame has completed, if it has. `said`: sentences of the bot that it has made whole. */
  sees(frame: Frame, timing: TurnTiming | undefined, said: readonly string[]): void;
  concludes(report: SessionReport, turns: readonly TurnTiming[], options: RunOptions): void;
}
