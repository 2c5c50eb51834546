import { expect, test } from 'vitest';
import { call } from '../test-support/call.js';
import { deadline } from './deadline.js';
import { VirtualClock } from './virtual-clock.js';

test('a deadline that is cleared sets no timer any more, and never fires', async () => {
  const clock = new VirtualClock();
  const limit = deadline(clock, new AbortController().signal);
  limit.set(100, () => new Error('late'));
  limit.clear();
  limit.set(100, () => new Error('late'));
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(200);
  expect(limit.signal.aborted).toBe(false);
});

test('a recogniser that is done before the speech has ended leaves no timer behind when the session closes', async () => {
  const { speak, finish, clock } = await call({
    async *transcribe() {
      yield { text: 'done already', final: true };
    },
  });
  await speak();
  await clock.advance(0);
  const { pendingTimers } = await finish();
  expect(pendingTimers).toBe(0);
});
