import { type Clock, realClock, type ServiceCall, VirtualClock } from '@voxrill/core';
import { orAborted } from '../fakes/or-aborted.js';

/** One sentence of a contract, and how to find out whether it holds. Bring any test runner: `it(title, run)`. */
export interface ConformanceCase {
  readonly title: string;
  /** Rejects with what is wrong. */
  run(): Promise<void>;
}

/** Options of every kit. */
export interface ConformanceOptions {
  /** Makes the clock of one case: a `VirtualClock` for fakes, the real one for components that do real work. @defaultValue real */
  readonly clock?: () => Clock;
  /** How long a case may take on that clock before it counts as hung. @defaultValue 30_000 */
  readonly limitMs?: number;
  /** How long an abort may take to be obeyed. @defaultValue 500 */
  readonly abortMs?: number;
}

/** What a case has at hand. */
export interface CaseScope {
  readonly clock: Clock;
  readonly abortMs: number;
  /** A call that can be aborted. */
  call(): ServiceCall & { abort(): void };
  /** Fails unless `work` settles, well or badly, within `ms`. */
  settles(work: Promise<unknown>, ms: number, complaint: string): Promise<void>;
}

/** Makes a case: gives it time, a limit, and an ear for rejections that nobody handles. */
export function conformanceCase(
  title: string,
  options: ConformanceOptions,
  body: (scope: CaseScope) => Promise<void>,
): ConformanceCase {
  const { clock: makeClock = realClock, limitMs = 30_000, abortMs = 500 } = options;
  return {
    title,
    async run() {
      const clock = makeClock();
      const unhandled: unknown[] = [];
      const listen = (reason: unknown): void => {
        unhandled.push(reason);
      };
      process.on('unhandledRejection', listen);
      try {
        const work = limited(clock, limitMs, body(scopeOf(clock, abortMs)));
        await drive(clock, work);
        // Rejections are reported once the microtasks are through.
        await drive(clock, clock.sleep(1));
      } finally {
        process.off('unhandledRejection', listen);
      }
      must(unhandled.length === 0, `A rejection was left unhandled: ${String(unhandled[0])}`);
    },
  };
}

/** Fails with a sentence unless the condition holds. */
export function must(condition: boolean, complaint: string): asserts condition {
  if (!condition) throw new Error(complaint);
}

/** Everything that a source yields. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}

function scopeOf(clock: Clock, abortMs: number): CaseScope {
  return {
    clock,
    abortMs,
    call() {
      const controller = new AbortController();
      return { clock, signal: controller.signal, abort: () => controller.abort(new Error('The case has aborted this call.')) };
    },
    settles: (work, ms, complaint) =>
      limited(
        clock,
        ms,
        work.then(
          () => undefined,
          () => undefined,
        ),
        complaint,
      ),
  };
}

async function limited(clock: Clock, limitMs: number, work: Promise<void>, complaint?: string): Promise<void> {
  const limit = new AbortController();
  const cancel = clock.setTimer(
    () => limit.abort(new Error(complaint ?? `The case did not come to its end within ${limitMs} ms.`)),
    limitMs,
  );
  try {
    await orAborted(work, limit.signal);
  } finally {
    cancel();
  }
}

async function drive(clock: Clock, work: Promise<void>): Promise<void> {
  // Awaited below; the clock must not meet a rejection that nobody listens to.
  work.catch(() => undefined);
  if (clock instanceof VirtualClock) await clock.runUntil(work);
  await work;
}
