import { realClock } from '@voxrill/core';
import { epochBroken, type RandomCallResult, runRandomCalls } from '@voxrill/testing';
import { HeapWatch } from './heap-watch.js';
import type { SimOptions } from './sim-options.js';

/** How many conversations are held on one virtual clock. */
const batchSize = 50;
/** How many broken conversations are shown; the others are only counted. */
const maxShown = 3;
/** How many faults of one kind are named. */
const maxNamed = 3;

/** Holds the conversations, writes what was wrong, and returns the exit code. */
export async function simulateMany(options: SimOptions, write: (text: string) => void, signal: AbortSignal): Promise<number> {
  const { seed, count, only, broken } = options;
  const clock = realClock();
  const startedAt = clock.now();
  const heap = new HeapWatch();
  const all = only === undefined ? Array.from({ length: count }, (_, index) => index) : [only];
  let conversations = 0;
  let turns = 0;
  let interruptions = 0;
  let lastedMs = 0;
  let violations = 0;
  let shown = 0;
  for (let begin = 0; begin < all.length; begin += batchSize) {
    signal.throwIfAborted();
    const indices = all.slice(begin, begin + batchSize);
    for (const call of await runRandomCalls({ seed, indices, ...(broken === 'epoch' ? { sabotage: epochBroken } : {}) })) {
      conversations++;
      turns += call.turns;
      interruptions += call.interruptions;
      lastedMs += call.lastedMs;
      violations += call.violations.length;
      if (only !== undefined) write(`${bot(call)}\n\n${call.timeline}\n\n`);
      if (call.violations.length > 0 && shown++ < maxShown) write(described(call, options));
    }
    heap.afterBatch();
    await clock.sleep(0);
  }
  if (heap.grows) {
    violations++;
    write('Memory does not return to its start.\n');
  }
  if (violations > 0 && shown > maxShown)
    write(`… and ${shown - maxShown} more conversations in which something was broken.\n\n`);
  if (heap.summary !== undefined) write(`${heap.summary}\n`);
  const seconds = (clock.now() - startedAt) / 1000;
  write(`${turns} user turns, ${interruptions} interruptions, ${hours(lastedMs)} of talk in ${seconds.toFixed(1)} s.\n`);
  write(`${conversations} conversations, ${violations} violations\n`);
  return violations === 0 ? 0 : 1;
}

function described(call: RandomCallResult, { seed, only, broken }: SimOptions): string {
  const complaints = call.violations.map(({ sentence, faults }) => {
    const named = faults.slice(0, maxNamed).map(({ what }) => `    ${what}\n`);
    const more = faults.length > maxNamed ? `    … and ${faults.length - maxNamed} more\n` : '';
    return `  ${sentence}\n${named.join('')}${more}`;
  });
  const again = `npm run sim -- --seed ${seed} --only ${call.index}${broken === undefined ? '' : ` --break ${broken}`}`;
  const shownAlready = only !== undefined;
  return [
    `Conversation ${call.index} of seed ${seed} breaks a rule:\n`,
    ...complaints,
    shownAlready ? '' : `\n${bot(call)}\n\n${call.timeline}\n\nTo run just this one: ${again}\n`,
    '\n',
  ].join('');
}

function bot({ bot: chosen }: RandomCallResult): string {
  return `Its bot: ${Object.entries(chosen)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')}`;
}

function hours(ms: number): string {
  return `${(ms / 3_600_000).toFixed(1)} hours`;
}
