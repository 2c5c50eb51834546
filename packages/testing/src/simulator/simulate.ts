import {
  type ChatMessage,
  createSession,
  type Session,
  type SessionOptions,
  type SessionReport,
  type TappedFrame,
  VirtualClock,
} from '@voxrill/core';
import type { Faults } from '../fakes/faults.js';
import type { HeardSpeech } from '../transport/heard-audio.js';
import { CallWatch, type Said } from './call-watch.js';
import type { SimulatedBot } from './cascade-bot.js';
import { type ScriptBot, scriptBot } from './script-bot.js';
import { type ScriptUser, scriptUser } from './script-user.js';
import { type Random, seededRandom } from './seeded-random.js';
import { SimulationError } from './simulation-error.js';

/** What a script has at hand. */
export interface Script {
  readonly user: ScriptUser;
  readonly bot: ScriptBot;
  readonly socket: {
    /** The line breaks; the session is told that its transport is unusable. */
    drops(): void;
  };
  /** The fake of that name, to give it trouble: `stt`, `llm` and `tts` of a cascade. */
  provider(name: string): Faults;
  /** For what the application does: `session.interrupt()`, `session.say()`, `session.cancel()`. */
  readonly session: Session;
  readonly random: Random;
}

/** One call to simulate. */
export interface Simulation {
  readonly bot: SimulatedBot;
  /** What happens, step by step. When it is done the session is ended gracefully, if it has not ended by itself. */
  readonly script: (script: Script) => Promise<void>;
  /** For `random`; named in the error of a call that fails. @defaultValue 1 */
  readonly seed?: number;
  readonly session?: Omit<SessionOptions, 'clock'>;
  /** Called with the session before it starts: to record it from its first frame, say. */
  readonly prepare?: (session: Session) => void;
}

/** Options of the clock of a simulation. */
export interface SimulationOptions {
  /** @defaultValue a new one */
  readonly clock?: VirtualClock;
  /** How much virtual time the calls may take. @defaultValue 7_200_000, two hours */
  readonly limitMs?: number;
}

/** What came of a call. */
export interface SimulationResult {
  readonly report: SessionReport;
  /** The conversation as the model would get it. */
  readonly context: readonly ChatMessage[];
  /** What came out of the loudspeaker, read from the audio itself. */
  readonly heard: readonly HeardSpeech[];
  /** How much audio of a dead turn was played; anything but 0 is a fault of the framework. */
  readonly staleMs: number;
  /** What was understood of the user, and heard of the bot by the ledger, in order. */
  readonly said: readonly Said[];
  /** The first sighting of each frame that a timeline tells of. */
  readonly frames: readonly TappedFrame[];
  readonly timeline: string;
}

/**
 * Calls a bot and plays a script on the virtual clock: minutes of talk take milliseconds, the same way every time. Rejects
 * with a {@link SimulationError}, whose message holds a timeline, when the script expects what does not happen.
 *
 * @example
 * ```ts
 * const { context } = await simulate({
 *   bot: cascadeBot({ llm: fakeLLM({ replies: ['Once upon a time there was a king who had no crown.', 'All right.'] }) }),
 *   script: async ({ user, bot }) => {
 *     await user.says('Tell me a story');
 *     await user.interrupts(300, 'stop');
 *     await bot.says(/all right/i, { withinMs: 2000 });
 *   },
 * });
 * ```
 */
export async function simulate(simulation: Simulation, options: SimulationOptions = {}): Promise<SimulationResult> {
  const [result] = await simulateTogether([simulation], options);
  if (result === undefined) throw new Error('A simulation came to nothing.');
  return result;
}

/** Simulates several calls at the same time, on one clock. Rejects with the first failure, once all are over. */
export async function simulateTogether(
  simulations: readonly Simulation[],
  options: SimulationOptions = {},
): Promise<readonly SimulationResult[]> {
  const { clock = new VirtualClock(), limitMs = 7_200_000 } = options;
  const calls = simulations.map((simulation) => new Call(simulation, clock));
  const running = Promise.allSettled(calls.map((call) => call.run()));
  if (!(await clock.runUntil(running, limitMs))) {
    for (const call of calls) call.giveUp();
    await clock.runUntil(running);
  }
  const outcomes = await running;
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

class Call {
  readonly #simulation: Simulation;
  readonly #session: Session;
  readonly #watch: CallWatch;
  #stuck: (error: SimulationError) => void = () => undefined;

  constructor(simulation: Simulation, clock: VirtualClock) {
    this.#simulation = simulation;
    this.#session = createSession(simulation.bot.pipeline, { ...simulation.session, clock });
    this.#watch = new CallWatch(this.#session, simulation.seed);
  }

  async run(): Promise<SimulationResult> {
    const session = this.#session;
    try {
      this.#simulation.prepare?.(session);
      await session.start();
      const stuck = new Promise<never>((_resolve, reject) => {
        this.#stuck = reject;
      });
      await Promise.race([this.#simulation.script(this.#scope()), stuck]);
      if (session.state !== 'closed') await session.end();
    } catch (error) {
      session.cancel('The simulation failed.');
      await session.done;
      if (error instanceof SimulationError) throw error;
      throw this.#watch.failure(error instanceof Error ? error.message : String(error), error);
    }
    return this.#result(await session.done);
  }

  /** Time is up, or nothing is left that could happen. */
  giveUp(): void {
    if (this.#watch.over) return;
    this.#stuck(
      this.#watch.failure(
        'The script did not come to its end: it waits for something that does not happen. Work that takes real time, a file say, goes through session.clock.external(…).',
      ),
    );
    this.#session.cancel('The simulation was given up.');
  }

  #scope(): Script {
    const { bot, seed = 1 } = this.#simulation;
    const session = this.#session;
    const watch = this.#watch;
    const line = bot.transport.of(session);
    return {
      user: scriptUser(session, line, watch),
      bot: scriptBot(session, watch),
      socket: {
        drops: () => {
          watch.note('services', 'the socket drops');
          line.drop();
        },
      },
      provider: (name) => {
        const provider = bot.providers?.[name];
        if (provider === undefined) {
          throw new TypeError(
            `This bot has no fake "${name}"; it has: ${Object.keys(bot.providers ?? {}).join(', ') || 'none'}.`,
          );
        }
        return provider.faults;
      },
      session,
      random: seededRandom(seed),
    };
  }

  #result(report: SessionReport): SimulationResult {
    const { bot } = this.#simulation;
    const line = bot.transport.of(this.#session);
    const watch = this.#watch;
    return {
      report,
      context: bot.context?.of(this.#session).messages ?? [],
      heard: line.heard,
      staleMs: line.staleMs,
      said: watch.said,
      frames: watch.frames,
      // A long call has thousands of lines, and mostly nobody reads them.
      get timeline() {
        return watch.timeline();
      },
    };
  }
}
