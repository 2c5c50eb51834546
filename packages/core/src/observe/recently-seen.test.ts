import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecentlySeen } from './recently-seen.js';

describe('what was recently seen', () => {
  test('is told once, as long as it is among the last so many different ones', () => {
    const seen = new RecentlySeen<number>(2);
    expect([1, 1, 2, 1, 3, 2, 1].map((value) => seen.first(value))).toEqual([true, false, true, false, true, false, true]);
  });

  test('is known again whatever came, if no more than so many different ones did', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (values) => {
        const seen = new RecentlySeen<number>(10);
        const first = values.filter((value) => seen.first(value));
        expect(first).toEqual([...new Set(values)]);
      }),
    );
  });
});
