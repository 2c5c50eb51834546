import type { ContextEntry, SessionReport } from '@voxrill/core';
import type { HeardSpeech } from '../transport/heard-audio.js';
import type { SeenFrame } from './call-recorder.js';
import type { Fault } from './fault.js';
import type { Ending } from './random-script.js';

/** All that can be known from outside of a call that is over. Times are session milliseconds. */
export interface ObservedCall {
  /** Undefined when the session did not end. */
  readonly report: SessionReport | undefined;
  /** Every frame when it was first handed on, without the user's audio. */
  readonly frames: readonly SeenFrame[];
  /** Frames of a dead turn that were handed on. */
  readonly handedOnDead: readonly Fault[];
  /** Different frames with one id. */
  readonly sharedIds: readonly Fault[];
  readonly context: readonly ContextEntry[];
  /** Read from the audio that was played. */
  readonly heard: readonly HeardSpeech[];
  /** Audio that was played in a later turn than it was written for. */
  readonly staleMs: number;
  readonly ending: Ending;
  /** When its end was asked for. */
  readonly askedAtMs: number;
  /** When it was over; undefined when it never was. */
  readonly endedAtMs: number | undefined;
  /** How long its end may take, from when it was asked for. */
  readonly drainMs: number;
  /** Timers of this call that are still set when it is over. */
  readonly pendingTimers: number;
  /** Whether the voice said which word lies where; else what was heard of a cut sentence is an estimate. */
  readonly wordTimes: boolean;
}

/** A rule that holds in every call. */
export interface Invariant {
  readonly name: string;
  /** The rule in a sentence. */
  readonly sentence: string;
  /** What breaks it in this call; nothing if it holds. */
  check(call: ObservedCall): readonly Fault[];
}
