import { createSession, type Session, type SessionReport, VirtualClock } from '@voxrill/core';
import { seededRandom } from '../simulator/seeded-random.js';
import { CallRecorder } from './call-recorder.js';
import { CountingClock } from './counting-clock.js';
import type { Fault } from './fault.js';
import { invariants } from './invariants/invariants.js';
import type { ObservedCall } from './observed-call.js';
import { type PlayedEnding, playScript } from './play-script.js';
import { type RandomBot, randomBot, type Sabotage } from './random-bot.js';
import { type RandomScript, randomScript } from './random-script.js';
import { seedOf } from './seed-of.js';
import { WordSource } from './word-source.js';

/** How much virtual time a batch of conversations may take. */
const limitMs = 3_600_000;

/** At how many faults of one kind a timeline points. */
const maxPointedAt = 3;

/** An invariant that a conversation has broken. */
export interface Violation {
  readonly invariant: string;
  /** What it says. */
  readonly sentence: string;
  /** How it was broken. */
  readonly faults: readonly Fault[];
}

/** What came of one random conversation. */
export interface RandomCallResult {
  /** Which one of the seed it was. */
  readonly index: number;
  readonly violations: readonly Violation[];
  readonly turns: number;
  readonly interruptions: number;
  /** How long it lasted in virtual time. */
  readonly lastedMs: number;
  /** What was chosen for its bot, for a person to read. */
  readonly bot: Readonly<Record<string, unknown>>;
  /** What happened in it. */
  readonly timeline: string;
}

/** Which conversations to run. */
export interface RandomCallsOptions {
  readonly seed: number;
  /** Which of the endlessly many conversations of this seed. */
  readonly indices: readonly number[];
  /** Breaks the bots on purpose. */
  readonly sabotage?: Sabotage;
}

/**
 * Holds random conversations, all at the same time on one virtual clock, and checks in each that the invariants hold. One
 * conversation comes out the same in whatever company it is held.
 *
 * @example
 * ```ts
 * const results = await runRandomCalls({ seed: 7, indices: [0, 1, 2] });
 * const broken = results.filter(({ violations }) => violations.length > 0);
 * ```
 */
export async function runRandomCalls({ seed, indices, sabotage }: RandomCallsOptions): Promise<readonly RandomCallResult[]> {
  const clock = new VirtualClock();
  const calls = indices.map((index) => new RandomCall(index, seedOf(seed, index), clock, sabotage));
  const running = Promise.allSettled(calls.map((call) => call.run()));
  await clock.runUntil(running, limitMs);
  return calls.map((call) => call.result());
}

class RandomCall {
  readonly #index: number;
  readonly #clock: CountingClock;
  readonly #bot: RandomBot;
  readonly #script: RandomScript;
  readonly #session: Session;
  readonly #recorder: CallRecorder;
  #ending: PlayedEnding | undefined;
  #report: SessionReport | undefined;
  #endedAtMs: number | undefined;
  #failure: unknown;

  constructor(index: number, seed: number, clock: VirtualClock, sabotage: Sabotage | undefined) {
    this.#index = index;
    this.#clock = new CountingClock(clock);
    const words = new WordSource(seededRandom(seedOf(seed, 'words')));
    this.#script = randomScript(seed, words);
    this.#bot = randomBot(seed, { words, clock: this.#clock, ...(sabotage === undefined ? {} : { sabotage }) });
    this.#session = createSession(this.#bot.pipeline, { id: `call ${index}`, clock: this.#clock });
    this.#recorder = new CallRecorder(this.#session);
  }

  async run(): Promise<void> {
    const session = this.#session;
    try {
      await session.start();
      const line = this.#bot.transport.of(session);
      this.#ending = await playScript(session, line, { bot: this.#bot, script: this.#script, recorder: this.#recorder });
    } catch (error) {
      this.#failure = error;
      session.cancel('The script failed.');
    }
    this.#report = await session.done;
    this.#endedAtMs = this.#recorder.nowMs;
  }

  result(): RandomCallResult {
    const call = this.#observed();
    const violations = invariants.flatMap(({ name, sentence, check }): Violation[] => {
      const faults = check(call);
      return faults.length === 0 ? [] : [{ invariant: name, sentence, faults }];
    });
    if (this.#failure !== undefined) violations.push(scriptFailed(this.#failure));
    const recorder = this.#recorder;
    return {
      index: this.#index,
      violations,
      turns: call.report?.totalTurns ?? 0,
      interruptions: call.report?.interruptions ?? 0,
      lastedMs: call.report?.durationMs ?? recorder.nowMs,
      bot: { ...this.#bot.options, ...this.#bot.turn, ending: call.ending, drainMs: call.drainMs },
      get timeline() {
        return recorder.timeline(violations.flatMap(({ faults }) => faults.slice(0, maxPointedAt)));
      },
    };
  }

  #observed(): ObservedCall {
    const line = this.#bot.transport.of(this.#session);
    const { handedOnDead, sharedIds, frames, nowMs } = this.#recorder;
    const { ending, drainMs } = this.#script;
    return {
      report: this.#report,
      frames,
      handedOnDead,
      sharedIds,
      context: this.#bot.context.of(this.#session).version.entries,
      heard: line.heard,
      staleMs: line.staleMs,
      ending: this.#ending?.ending ?? ending,
      askedAtMs: this.#ending?.askedAtMs ?? nowMs,
      endedAtMs: this.#endedAtMs,
      // Hanging up and a broken line ask for an end as the session's options have it.
      drainMs: ending === 'user hangs up' || ending === 'socket drops' ? 10_000 : drainMs,
      pendingTimers: this.#clock.pendingTimers,
      wordTimes: this.#bot.options.ttsWordTimes,
    };
  }
}

function scriptFailed(error: unknown): Violation {
  return {
    invariant: 'the script',
    sentence: 'Nothing that an application may do throws.',
    faults: [{ what: error instanceof Error ? (error.stack ?? error.message) : String(error) }],
  };
}
