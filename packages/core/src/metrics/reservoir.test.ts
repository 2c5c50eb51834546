import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reservoir } from './reservoir.js';

describe('a reservoir', () => {
  it('has the exact distribution of what fits into it', () => {
    const reservoir = new Reservoir();
    for (let value = 100; value >= 1; value--) reservoir.add(value);
    expect(reservoir.distribution).toEqual({ count: 100, p50: 50, p90: 90, max: 100, mean: 50.5 });
  });

  it('of nothing has none', () => {
    expect(new Reservoir().distribution).toBeUndefined();
  });

  it('keeps count, mean and maximum exact, and its percentiles among the values, however much comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 500 }), fc.integer({ min: 1, max: 40 }), (values, size) => {
        const reservoir = new Reservoir(size);
        for (const value of values) reservoir.add(value);
        const { count, p50, p90, max, mean } = reservoir.distribution ?? { count: 0, p50: 0, p90: 0, max: 0, mean: 0 };
        expect(count).toBe(values.length);
        expect(max).toBe(Math.max(...values));
        expect(mean).toBeCloseTo(values.reduce((a, b) => a + b) / values.length, 6);
        expect(values).toContain(p50);
        expect(values).toContain(p90);
        expect(p50).toBeLessThanOrEqual(p90);
      }),
    );
  });

  it('samples fairly: the median of a long ramp is near its middle', () => {
    const reservoir = new Reservoir(500);
    for (let value = 0; value < 100_000; value++) reservoir.add(value);
    expect(reservoir.distribution?.p50).toBeGreaterThan(45_000);
    expect(reservoir.distribution?.p50).toBeLessThan(55_000);
  });

  it('refuses a size that is none', () => {
    expect(() => new Reservoir(0)).toThrow(RangeError);
    expect(() => new Reservoir(1.5)).toThrow('whole number');
  });
});
