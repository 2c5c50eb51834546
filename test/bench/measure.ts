/** The middle one; of an even number, the mean of the middle two. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('There is no median of nothing.');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}

/** Something to be measured: does its work so many times, and returns only when all of it is done. */
export type Work = (times: number) => void | Promise<void>;

export interface Rounds {
  /** How often the work is done in one round. */
  readonly times: number;
  readonly runs: number;
  /** Rounds that are thrown away, so that the compiler has seen everything. */
  readonly warmUps?: number;
}

/**
 * Microseconds that each candidate takes a time, one value a round. The candidates take turns within a round, so that what
 * else goes on in the machine meets all of them alike.
 */
export async function compare<Name extends string>(
  candidates: Readonly<Record<Name, Work>>,
  { times, runs, warmUps = 3 }: Rounds,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(candidates) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = -warmUps; round < runs; round++) {
    for (const name of names) {
      const began = performance.now();
      await candidates[name](times);
      const us = ((performance.now() - began) * 1000) / times;
      if (round >= 0) taken[name].push(us);
    }
  }
  return taken;
}

/** The median of what `long` took more than `short`, round by round, for each of the `steps` between them. */
export function slope(short: readonly number[], long: readonly number[], steps: number): number {
  return median(long.map((value, round) => (value - (short[round] ?? 0)) / steps));
}

/** Microseconds that the processor was at work for this process, all threads. */
export function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The value that a share of all, 0 to 1, does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('There is no percentile of nothing.');
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Lets everything happen that is ready to. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Collects garbage until there is none; needs `--expose-gc`. */
export async function collectGarbage(): Promise<void> {
  if (globalThis.gc === undefined) throw new Error('Start Node with --expose-gc.');
  for (let i = 0; i < 4; i++) {
    await breathe();
    globalThis.gc();
  }
}

/** MiB in use by JavaScript objects and by the bytes of their buffers. */
export function usedMiB(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}
