import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { createSession } from '../session/session.js';
import type { SessionContext } from '../session/session-context.js';
import { hooked } from '../test-support/watched-session.js';
import { Outbox } from './outbox.js';

/** What becomes of one thing that is sent. */
const fate = fc.record({ takesMs: fc.nat({ max: 50 }), fails: fc.boolean() });
/** When things come: how long after the one before. */
const comings = fc.array(fc.tuple(fc.nat({ max: 60 }), fate), { maxLength: 30 });

/** A session whose only work is to send these. */
async function sending(things: typeof comings extends fc.Arbitrary<infer T> ? T : never, maxWaiting: number) {
  const clock = new VirtualClock();
  let context: SessionContext | undefined;
  const session = createSession(
    hooked((stage) => {
      context = stage.session;
    }),
    { clock },
  );
  const began: number[] = [];
  const sent: number[] = [];
  let told = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  const outbox = new Outbox<number>(context!, {
    name: 'outbox',
    maxWaiting,
    deliver: async (index, host) => {
      began.push(index);
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      try {
        await host.clock.sleep(things[index]![1].takesMs, host.signal);
        if (things[index]![1].fails) throw new Error('no');
        sent.push(index);
      } finally {
        atOnce--;
      }
    },
    onTrouble: () => told++,
  });
  context!.onClose(() => outbox.close());
  await clock.runUntil(session.start());
  for (const [index, [afterMs]] of things.entries()) {
    await clock.advance(afterMs);
    outbox.push(index);
  }
  const result = () => ({ began, sent, lost: outbox.lost, told, mostAtOnce });
  return { clock, session, result };
}

const ascending = (numbers: readonly number[]): boolean => numbers.every((n, i) => i === 0 || n > (numbers[i - 1] ?? n));

test('what is pushed is sent one at a time and in order, or counted as lost; a graceful end waits for it', async () => {
  await fc.assert(
    fc.asyncProperty(comings, fc.integer({ min: 1, max: 5 }), async (things, maxWaiting) => {
      const { clock, session, result } = await sending(things, maxWaiting);
      await clock.runUntil(session.end());
      const { began, sent, lost, told, mostAtOnce } = result();
      expect(await session.done).toMatchObject({ reason: 'ended' });
      expect(ascending(began)).toBe(true);
      expect(mostAtOnce).toBeLessThanOrEqual(1);
      expect(sent.length + lost).toBe(things.length);
      expect(told > 0).toBe(lost > 0);
      expect(clock.pendingTimers).toBe(0);
    }),
  );
});

test('at a cancel nothing more is sent, and all that was not is counted', async () => {
  await fc.assert(
    fc.asyncProperty(comings, async (things) => {
      const { clock, session, result } = await sending(things, 100);
      const before = result().began.length;
      session.cancel();
      await clock.runUntil(session.done);
      await clock.advance(1000);
      const { began, sent, lost } = result();
      expect(began).toHaveLength(before);
      expect(sent.length + lost).toBe(things.length);
      expect(clock.pendingTimers).toBe(0);
    }),
  );
});
