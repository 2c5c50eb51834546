import fc from 'fast-check';
import { expect, test } from 'vitest';
import { play } from '../test-support/play.js';
import { plans } from '../test-support/stage-spec.js';

test('K5: what a handler or operator throws becomes exactly one error frame going up, with its category and the name of its processor, and everybody goes on', async () => {
  const trouble = plans({
    asides: ['none', 'none', 'throw', 'throw', 'interrupt', 'push-back'],
    operators: ['throw', 'throw', 'copy'],
    steps: ['down', 'down', 'down', 'up', 'up', 'interrupt'],
  });
  await fc.assert(
    fc.asyncProperty(trouble, async (plan) => {
      const { world, errors, report } = await play(plan);
      const times = new Map<string, number>();
      for (const { message } of errors) times.set(message, (times.get(message) ?? 0) + 1);
      for (const { message, processor, signal } of world.thrown) {
        const told = errors.find((error) => error.message === message);
        // Work that was told to stop may fail unheard; nothing else may.
        if (signal?.aborted === true && told === undefined) continue;
        expect(told).toMatchObject({ category: 'application', processor, usable: true });
        expect(times.get(message)).toBe(1);
      }
      expect(errors.length).toBeLessThanOrEqual(world.thrown.length);
      expect(report).toMatchObject({ reason: 'cancelled', totalErrors: errors.length });
    }),
    { numRuns: 2000 },
  );
});
