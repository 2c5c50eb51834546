import { type Random, seededRandom } from '../simulator/seeded-random.js';
import { seedOf } from './seed-of.js';

/** Things that are left to chance, by name. */
export type Choices = Readonly<Record<string, (random: Random) => unknown>>;

/** What chance has chosen. */
export type Chosen<C extends Choices> = { readonly [K in keyof C]: ReturnType<C[K]> };

/** Makes every choice of a table. Each has a chance of its own, so that a new line in the table changes no other choice. */
export function choose<C extends Choices>(table: C, seed: number): Chosen<C> {
  const chosen: Partial<Record<keyof C, unknown>> = {};
  for (const name in table) chosen[name] = table[name]?.(seededRandom(seedOf(seed, name)));
  return chosen as Chosen<C>;
}
