import fc from 'fast-check';
import { expect, test } from 'vitest';
import { truncationPoint } from './truncation-point.js';

const ms = fc.double({ min: 0, max: 600_000, noNaN: true });

test('the cut lies at what was played or received, whichever is less, on a whole millisecond (S001-41)', () => {
  fc.assert(
    fc.property(ms, ms, fc.boolean(), (playedMs, receivedMs, expectsMore) => {
      const point = truncationPoint({ playedMs, receivedMs, expectsMore });
      const least = Math.floor(Math.min(playedMs, receivedMs));
      if (least === 0) expect(point).toEqual({ kind: 'delete' });
      else if (playedMs >= receivedMs && !expectsMore) expect(point).toEqual({ kind: 'none' });
      else expect(point).toEqual({ kind: 'truncate', audioEndMs: least });
      if (point.kind === 'truncate') {
        expect(Number.isInteger(point.audioEndMs) && point.audioEndMs > 0).toBe(true);
        expect(point.audioEndMs).toBeLessThanOrEqual(receivedMs);
      }
    }),
  );
});

test('what nobody heard is deleted, what was heard to its end is left alone (S001-41)', () => {
  expect(truncationPoint({ playedMs: 0, receivedMs: 4000 })).toEqual({ kind: 'delete' });
  expect(truncationPoint({ playedMs: 0.9, receivedMs: 4000 })).toEqual({ kind: 'delete' });
  expect(truncationPoint({ playedMs: Number.NaN, receivedMs: 4000 })).toEqual({ kind: 'delete' });
  expect(truncationPoint({ playedMs: 4000, receivedMs: 4000 })).toEqual({ kind: 'none' });
  // A clock on the wall says more than there was: the server would answer that the audio is already shorter.
  expect(truncationPoint({ playedMs: 9000, receivedMs: 4000, expectsMore: true })).toEqual({
    kind: 'truncate',
    audioEndMs: 4000,
  });
});
