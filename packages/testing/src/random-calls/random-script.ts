import type { ErrorCategory } from '@voxrill/core';
import { type Random, seededRandom } from '../simulator/seeded-random.js';
import { seedOf } from './seed-of.js';
import type { WordSource } from './word-source.js';

/** One thing that happens in a conversation. Times are milliseconds. */
export type Step =
  /** `meanwhile`: the next step does not wait until it is said. */
  | { readonly does: 'say'; readonly text: string; readonly meanwhile: boolean }
  /** Waits until the bot speaks, and cuts in so much later, whether it still does or not. */
  | { readonly does: 'interrupt'; readonly afterMs: number; readonly text: string }
  | { readonly does: 'cough'; readonly lastsMs: number; readonly whileBotSpeaks: boolean }
  | { readonly does: 'type'; readonly text: string }
  | { readonly does: 'press'; readonly digit: string }
  | { readonly does: 'wait'; readonly ms: number }
  /** Until the bot has spoken and fallen silent, 15 seconds at most. */
  | { readonly does: 'listen' }
  | { readonly does: 'trouble'; readonly provider: 'stt' | 'llm' | 'tts'; readonly trouble: Trouble }
  | { readonly does: 'app says'; readonly text: string }
  | { readonly does: 'app interrupts' };

export type Trouble =
  | { readonly type: 'stall'; readonly ms: number }
  | { readonly type: 'failure'; readonly error: ErrorCategory }
  | { readonly type: 'hang' };

/** How the conversation ends. `quiet`: when nothing has happened for a minute; then nothing may be left undone. */
export type Ending = 'quiet' | 'at once' | 'user hangs up' | 'socket drops' | 'app cancels';

/** What happens in one conversation. */
export interface RandomScript {
  readonly steps: readonly Step[];
  readonly ending: Ending;
  readonly drainMs: number;
}

type MakeSteps = (random: Random, words: WordSource) => readonly Step[];

const errors: readonly ErrorCategory[] = ['rate-limit', 'server', 'connectivity', 'overload'];

/** What may happen, and how often. A line of its own for each thing. */
const happenings: readonly (readonly [weight: number, make: MakeSteps])[] = [
  [8, (r, w) => [say(r, w), { does: 'listen' }]],
  [6, (r, w) => [say(r, w), wait(r, 0, 2500)]],
  [5, (r, w) => [{ does: 'interrupt', afterMs: r.between(0, 2500), text: w.phrase(r.between(1, 4)) }]],
  // Goes on after a pause.
  [4, (r, w) => [say(r, w), wait(r, 50, 1100), say(r, w)]],
  [3, (r) => [{ does: 'cough', lastsMs: r.between(10, 600), whileBotSpeaks: r.chance(0.6) }]],
  [2, (r, w) => [{ does: 'type', text: w.phrase(r.between(1, 4)) }, wait(r, 0, 2000)]],
  // Types while speaking.
  [1, (r, w) => [say(r, w, true), wait(r, 0, 600), { does: 'type', text: w.phrase(2) }]],
  [1, (r) => [{ does: 'press', digit: r.pick([...'0123456789*#']) }]],
  [2, (r) => [wait(r, 500, 4000)]],
  [1, (r) => [wait(r, 8000, 25_000)]],
  [1, (_, w) => [{ does: 'app says', text: w.sentence(4) }]],
  [1, (r) => [wait(r, 0, 1500), { does: 'app interrupts' }]],
  [2, (r) => [{ does: 'trouble', provider: r.pick(['stt', 'llm', 'tts'] as const), trouble: trouble(r) }]],
];

const endings: readonly (readonly [weight: number, ending: Ending])[] = [
  [6, 'quiet'],
  [2, 'at once'],
  [1, 'user hangs up'],
  [1, 'socket drops'],
  [1, 'app cancels'],
];

/** Writes the script of one conversation. */
export function randomScript(seed: number, words: WordSource): RandomScript {
  const random = seededRandom(seedOf(seed, 'script'));
  const count = random.between(2, 12);
  const steps = Array.from({ length: count }, () => weighted(random, happenings)(random, words)).flat();
  return { steps, ending: weighted(random, endings), drainMs: random.pick([0, 1000, 10_000]) };
}

function weighted<T>(random: Random, list: readonly (readonly [weight: number, value: T])[]): T {
  return random.pick(list.flatMap(([weight, value]) => Array.from({ length: weight }, () => value)));
}

function say(random: Random, words: WordSource, meanwhile = random.chance(0.1)): Step {
  return { does: 'say', text: words.phrase(random.between(1, 6)), meanwhile };
}

function wait(random: Random, leastMs: number, mostMs: number): Step {
  return { does: 'wait', ms: random.between(leastMs, mostMs) };
}

function trouble(random: Random): Trouble {
  switch (random.between(0, 2)) {
    case 0:
      return { type: 'stall', ms: random.between(50, 3500) };
    case 1:
      return { type: 'failure', error: random.pick(errors) };
    default:
      return { type: 'hang' };
  }
}
