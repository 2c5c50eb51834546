import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { realClock } from './real-clock.js';
import { VirtualClock } from './virtual-clock.js';

afterEach(() => {
  vi.useRealTimers();
});

test('timers run in the order of their due time, then in the order in which they were set, at exactly their time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 50 })), async (delays) => {
      const clock = new VirtualClock();
      const ran: { readonly index: number; readonly at: number }[] = [];
      for (const [index, delay] of delays.entries()) clock.setTimer(() => ran.push({ index, at: clock.now() }), delay);
      await clock.advance(100);
      const expected = delays.map((at, index) => ({ index, at })).sort((a, b) => a.at - b.at || a.index - b.index);
      expect(ran).toEqual(expected);
      expect(clock.pendingTimers).toBe(0);
      expect(clock.now()).toBe(100);
    }),
  );
});

test('a timer that was taken back does not run, and taking it back twice or late harms no other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat({ max: 5 }), fc.boolean())), async (timers) => {
      const clock = new VirtualClock();
      const ran: number[] = [];
      const cancels = timers.map(([delay], index) => clock.setTimer(() => ran.push(index), delay));
      timers.forEach(([, cancelled], index) => {
        if (cancelled) for (let i = 0; i < 2; i++) cancels[index]?.();
      });
      await clock.advance(10);
      for (const cancel of cancels) cancel();
      expect(ran.toSorted((a, b) => a - b)).toEqual(timers.flatMap(([, cancelled], index) => (cancelled ? [] : [index])));
    }),
  );
});

test('between two timers every promise settles, however long the chain', async () => {
  const clock = new VirtualClock();
  const events: string[] = [];
  const chain = (async () => {
    await clock.sleep(1);
    for (let i = 0; i < 100; i++) await Promise.resolve();
    events.push(`chain at ${clock.now()}`);
    await clock.sleep(1);
    events.push(`slept at ${clock.now()}`);
  })();
  clock.setTimer(() => events.push(`timer at ${clock.now()}`), 2);
  await clock.advance(5);
  await chain;
  expect(events).toEqual(['chain at 1', 'timer at 2', 'slept at 2']);
});

test('a sleep that is aborted rejects with the reason and leaves no timer', async () => {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const sleep = clock.sleep(1000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(sleep).rejects.toThrow('enough');
  await expect(clock.sleep(1000, stop.signal)).rejects.toThrow('enough');
  expect(clock.pendingTimers).toBe(0);
});

test('runUntil jumps from timer to timer until a condition holds or a promise settles, and says whether it came to that', async () => {
  const clock = new VirtualClock();
  let count = 0;
  const again = (): void => {
    count++;
    clock.setTimer(again, 60_000);
  };
  again();
  expect(await clock.runUntil(() => count === 16)).toBe(true);
  expect(clock.now()).toBe(15 * 60_000);
  expect(await clock.runUntil(clock.sleep(90_000))).toBe(true);
  expect(await clock.runUntil(Promise.reject(new Error('settled is settled')))).toBe(true);
  expect(await clock.runUntil(() => false, 1000)).toBe(false);
});

test('external work goes beside the clock, and costs as much virtual time as it took', async () => {
  const clock = new VirtualClock();
  const real = realClock();
  let rangAt: number | undefined;
  clock.setTimer(() => {
    rangAt = clock.now();
  }, 1);
  // The sleep begins after the clock has taken note of the work.
  const work = clock.external(
    Promise.resolve()
      .then(() => real.sleep(5))
      .then(() => 'done'),
  );
  expect(await clock.runUntil(work)).toBe(true);
  expect(await work).toBe('done');
  expect(rangAt).toBe(1);
  // Node's timers may ring up to a millisecond early.
  expect(clock.now()).toBeGreaterThanOrEqual(4);
});

test('external work that hangs is cut short by a deadline of the virtual clock', async () => {
  const clock = new VirtualClock();
  let gaveUpAt: number | undefined;
  void clock.external(new Promise(() => undefined));
  clock.setTimer(() => {
    gaveUpAt = clock.now();
  }, 20);
  await clock.runUntil(() => gaveUpAt !== undefined);
  expect(gaveUpAt).toBe(20);
});

test('external work costs nothing when told so, and its failure goes to who waits for it', async () => {
  const clock = new VirtualClock({ externalCost: 'none' });
  const work = clock.external(realClock().sleep(2));
  await clock.runUntil(work);
  expect(clock.now()).toBe(0);
  const failing = clock.external(Promise.reject(new Error('broken')));
  await Promise.all([expect(failing).rejects.toThrow('broken'), clock.runUntil(failing)]);
});

test('external work that never ends fails the run instead of hanging it', async () => {
  const clock = new VirtualClock({ externalLimitMs: 1 });
  void clock.external(new Promise(() => undefined));
  await expect(clock.advance(1)).rejects.toThrow('has not finished within 1 ms of real time');
});

test('a clock that is being advanced cannot be advanced beside', async () => {
  const clock = new VirtualClock();
  const first = clock.advance(10);
  await expect(clock.advance(10)).rejects.toThrow('await the other call first');
  await first;
});

test('the real clock keeps a timer of a month, which Node alone would fire at once', () => {
  vi.useFakeTimers();
  const clock = realClock();
  const month = 30 * 24 * 3_600_000;
  let rang = 0;
  clock.setTimer(() => rang++, month);
  const cancel = clock.setTimer(() => rang++, month);
  const never = clock.setTimer(() => rang++, Number.POSITIVE_INFINITY);
  vi.advanceTimersByTime(month - 1);
  expect(rang).toBe(0);
  cancel();
  vi.advanceTimersByTime(1);
  expect(rang).toBe(1);
  vi.advanceTimersByTime(month);
  expect(rang).toBe(1);
  never();
  expect(vi.getTimerCount()).toBe(0);
});
