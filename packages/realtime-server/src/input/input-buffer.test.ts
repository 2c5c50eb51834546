import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputBuffer } from './input-buffer.js';

it('gives what lies between two places, however it came and whatever was dropped', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('push' as const), length: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ kind: fc.constant('drop' as const), at: fc.nat(400), exactly: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat(400), fc.nat(400), (steps, from, to) => {
      // A sample a millisecond, so that each is its own place.
      const buffer = new InputBuffer(1_000);
      let count = 0;
      for (const each of steps) {
        if (each.kind === 'push') buffer.push(Int16Array.from({ length: each.length }, () => count++));
        else {
          const before = buffer.startMs;
          buffer.dropBefore(each.at, each.exactly);
          if (each.exactly) expect(buffer.startMs).toBe(Math.max(before, Math.min(each.at, count)));
          else expect(buffer.startMs).toBeLessThanOrEqual(Math.max(before, each.at));
        }
      }
      expect(buffer.endMs).toBe(count);
      const all = Array.from({ length: count }, (_, i) => i);
      expect([...buffer.between(from, to)]).toEqual(all.slice(Math.max(from, buffer.startMs), Math.max(from, to)));
    }),
  );
});

it('is the same length at another rate, and goes on from the same place', () => {
  const buffer = new InputBuffer(24_000);
  buffer.push(new Int16Array(24_000));
  buffer.dropBefore(500, true);
  const other = buffer.atRate(8_000);
  expect([other.startMs, other.endMs, other.between(500, 1_000).length]).toEqual([500, 1_000, 4_000]);
});
