import { createHook } from 'node:async_hooks';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { createSession } from '../session/session.js';
import { plans, scriptKinds, syncResults } from '../test-support/stage-spec.js';
import { World } from '../test-support/world.js';

/** Counts what Node sets up for later: promises, microtasks, ticks, timers. */
function laterIn(run: () => void): string[] {
  const types: string[] = [];
  const hook = createHook({
    init(_id, type) {
      types.push(type);
    },
  }).enable();
  try {
    run();
  } finally {
    hook.disable();
  }
  return types;
}

test('K4: a synchronous handler costs no promise, no timer and no microtask, and all it does is done when send returns', async () => {
  const sync = plans({
    results: syncResults,
    asides: ['none', 'none', 'throw', 'interrupt', 'push-back', 'push-on'],
    steps: ['down'],
  });
  await fc.assert(
    fc.asyncProperty(sync, async ({ stages }) => {
      const clock = new VirtualClock();
      const world = new World(clock);
      const session = createSession(world.pipeline(stages), { clock });
      world.session = session;
      await session.start();
      const timers = clock.pendingTimers;
      const frames = Array.from({ length: 40 }, (_, i) => world.make(scriptKinds[i % scriptKinds.length] ?? 'llm-text'));
      const later = laterIn(() => {
        for (const frame of frames) session.send(frame);
        session.interrupt();
        for (const frame of frames) world.mouth?.pushUp({ ...frame, turn: session.turn });
      });
      expect(later).toEqual([]);
      expect(clock.pendingTimers).toBe(timers);
      const count = (): number => world.placed.reduce((sum, { above, below }) => sum + below.down.length + above.up.length, 0);
      const before = count();
      await clock.advance(100);
      expect(count()).toBe(before);
      session.cancel();
      await session.done;
    }),
    { numRuns: 500 },
  );
});

test('K4: the counter of this file does see a promise, a microtask and a tick', () => {
  expect(laterIn(() => void Promise.resolve())).toContain('PROMISE');
  expect(laterIn(() => queueMicrotask(() => undefined))).toContain('Microtask');
  expect(laterIn(() => process.nextTick(() => undefined))).toContain('TickObject');
});
