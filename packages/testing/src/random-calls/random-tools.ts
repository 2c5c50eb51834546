import type { Clock, Tool } from '@voxrill/core';
import type { Random } from '../simulator/seeded-random.js';

/** The tools that a random bot has; what each does in a call is left to chance. */
export const toolNames = ['look_up', 'order', 'remind'] as const;

/** Tools that answer at once or slowly, throw, hang until their time is up, or outlive an interruption. */
export function randomTools(random: Random, clock: Clock): readonly Tool[] {
  const behaviours: readonly ((signal: AbortSignal) => Promise<unknown>)[] = [
    async () => 'done',
    async (signal) => {
      await clock.sleep(random.between(50, 4000), signal);
      return { done: true };
    },
    async () => {
      throw new Error('The service behind this tool has failed.');
    },
    // Never looks at its signal, and never comes back.
    () => new Promise(() => undefined),
  ];
  return toolNames.map((name) => {
    const weights = random.pick([
      [0, 0, 1],
      [1, 1, 1, 2, 3],
    ]);
    return {
      definition: { name, description: `Does what ${name} says.`, parameters: { type: 'object' } },
      timeoutMs: random.between(500, 3000),
      survivesInterruption: random.chance(0.3),
      call: async (argumentsText, { signal }) => {
        JSON.parse(argumentsText === '' ? '{}' : argumentsText);
        return behaviours[random.pick(weights)]?.(signal);
      },
    };
  });
}
