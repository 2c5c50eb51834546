import { expect, test } from 'vitest';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { SwitchRequest } from './switch-request.js';

test.each([0.1, 0.3, 0.5])('a wish is met that comes %s ms before nobody waits for the bot any more', async (leftMs) => {
  const clock = new VirtualClock();
  const answerUntilMs = 10_000;
  // Time passes between two looks at the clock, as it does where it is real.
  let looks = 0;
  const now = (): number => clock.now() + 0.2 * looks++;
  const session = {
    clock,
    now,
    guard: (_name: string, run: () => void) => run(),
    onClose: () => undefined,
    signal: new AbortController().signal,
  };
  const request = new SwitchRequest('switchable', session, {
    atSeam: () => true,
    betweenTurns: () => now() >= answerUntilMs,
    answerUntilMs: () => answerUntilMs,
    switchTo: (name) => request.switched(name),
  });
  await clock.advance(answerUntilMs - leftMs);
  const met = request.ask('realtime', 'between-turns', 'The user wishes it.', false);
  expect(await clock.runUntil(met, 1_000)).toBe(true);
  expect(await met).toBe(true);
  expect(clock.pendingTimers).toBe(0);
});
