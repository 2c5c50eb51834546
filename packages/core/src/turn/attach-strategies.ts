import type { SessionContext } from '../session/session-context.js';
import type { Episode } from './episode.js';
import type { ResolvedTurnOptions } from './turn-options.js';
import type { SaidSoFar, StopStrategy, StrategyRun, TurnScope, TurnSignal } from './turn-strategy.js';

/** What the controller lets the strategies see and do. */
export interface StrategyHost {
  readonly session: SessionContext;
  readonly saying: Episode;
  readonly pause: Episode;
  readonly said: SaidSoFar;
  readonly sttFinalMs: number | undefined;
  readonly detectorMs: number | undefined;
  start(): void;
  stop(strategy: StopStrategy): void;
  interrupt(): void;
  pauseOutput(): void;
  resumeOutput(): void;
}

/** The strategies at work in one session; one that throws costs an error, and no more. */
export interface AttachedStrategies {
  tellStarts(signal: TurnSignal): void;
  tellStops(signal: TurnSignal): void;
  judge(signal: TurnSignal): void;
}

/** Puts strategies to work. Their timers belong to what is being said, those of a stop strategy to the pause. */
export function attachStrategies(options: ResolvedTurnOptions, host: StrategyHost): AttachedStrategies {
  const { session, saying, pause } = host;
  const told = new Set<string>();
  const scope = (name: string, episode: Episode): TurnScope => ({
    clock: session.clock,
    now: () => session.now(),
    get said() {
      return host.said;
    },
    get sttFinalMs() {
      return host.sttFinalMs;
    },
    get detectorMs() {
      return host.detectorMs;
    },
    after: (delayMs, run) => episode.after(delayMs, run),
    get signal() {
      return episode.signal;
    },
    sessionSignal: session.signal,
    fail: (error) => session.fail(name, error),
    warn: (message) => {
      if (told.has(message)) return;
      told.add(message);
      session.log.warn(message, { session: session.id });
    },
  });
  // Getters would be read once if the scopes were spread.
  const add = <A extends object>(base: TurnScope, more: A): TurnScope & A => Object.assign(base, more);
  const start = options.start.map((one) => named(one, one.attach(add(scope(one.name, saying), { start: () => host.start() }))));
  const stop = options.stop.map((one) => named(one, one.attach(add(scope(one.name, pause), { stop: () => host.stop(one) }))));
  const { interruption } = options;
  const judge = named(
    interruption,
    interruption.attach(
      add(scope(interruption.name, saying), {
        interrupt: () => host.interrupt(),
        pause: () => host.pauseOutput(),
        resume: () => host.resumeOutput(),
      }),
    ),
  );
  const tell = (runs: readonly Named[], signal: TurnSignal): void => {
    // What a strategy throws is told as its own.
    for (const { name, run } of runs) session.guard(name, () => run(signal));
  };
  return {
    tellStarts: (signal) => tell(start, signal),
    tellStops: (signal) => tell(stop, signal),
    judge: (signal) => tell([judge], signal),
  };
}

interface Named {
  readonly name: string;
  readonly run: StrategyRun;
}

function named({ name }: { readonly name: string }, run: StrategyRun): Named {
  return { name: `strategy "${name}"`, run };
}
