/** Chance that comes out the same every time. */
export interface Random {
  /** A number from 0 up to, but not, 1. */
  next(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
  /** True in `share` of all cases; `share` is from 0 to 1. */
  chance(share: number): boolean;
}

/**
 * Numbers by chance from a seed: mulberry32, by Tommy Ettinger, in the public domain.
 *
 * @example
 * ```ts
 * const random = seededRandom(7);
 * const lastsMs = random.between(200, 2000);
 * ```
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    pick(list) {
      if (list.length === 0) throw new RangeError('There is nothing to pick from: the list is empty.');
      const picked = list[between(0, list.length - 1)];
      return picked as (typeof list)[number];
    },
    chance: (share) => next() < share,
  };
}
