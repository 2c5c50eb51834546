import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { play } from '../test-support/play.js';
import { plans } from '../test-support/stage-spec.js';

const unhandled: unknown[] = [];
const note = (error: unknown): void => {
  unhandled.push(error);
};

beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
});

afterEach(() => {
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
});

test('K7: a closed session hands on nothing, swallows what comes late, leaves no timer and no unhandled rejection', async () => {
  await fc.assert(
    fc.asyncProperty(plans(), async (plan) => {
      const { world, report, pendingTimers } = await play(plan);
      const seen = (): number => world.placed.reduce((sum, { below, above }) => sum + below.down.length + above.up.length, 0);
      const before = seen();
      world.session.send(world.make('llm-text'));
      world.session.send(world.make('metrics'));
      world.mouth?.pushUp(world.make('transcription'));
      world.mouth?.fail(new Error('late'));
      world.session.interrupt();
      world.session.cancel();
      await world.clock.advance(10);
      expect(seen()).toBe(before);
      expect(pendingTimers).toBe(0);
      expect(world.clock.pendingTimers).toBe(0);
      expect(['ended', 'cancelled', 'timed-out']).toContain(report.reason);
      expect(await world.session.done).toBe(report);
      expect(unhandled).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
