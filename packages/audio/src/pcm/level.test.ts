import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dbToGain, peakLevel, rmsLevel } from './level.js';
import { SmoothedLevel } from './smoothed-level.js';

const sine = (amplitude: number) =>
  Int16Array.from({ length: 16000 }, (_, i) => Math.round(amplitude * 32768 * Math.sin((Math.PI * i) / 16)));

describe('level', () => {
  test('a square wave at full scale is 0 dBFS and a sine of half the amplitude −9.03', () => {
    expect(rmsLevel(new Int16Array(100).fill(-32768))).toBe(0);
    expect(rmsLevel(sine(0.5))).toBeCloseTo(-9.03, 2);
    expect(peakLevel(sine(0.5))).toBeCloseTo(-6.02, 2);
  });

  test('silence, and no sound at all, is −Infinity', () => {
    expect(rmsLevel(new Int16Array(10))).toBe(-Infinity);
    expect(rmsLevel(new Int16Array(0))).toBe(-Infinity);
    expect(peakLevel(new Int16Array(0))).toBe(-Infinity);
  });

  test('a gain in decibels moves the level by as much', () => {
    expect(rmsLevel(sine(0.5 * dbToGain(-12)))).toBeCloseTo(-21.03, 1);
  });
});

describe('SmoothedLevel', () => {
  test('does not depend on how the stream is cut', () => {
    fc.assert(
      fc.property(fc.int16Array({ maxLength: 300 }), fc.nat(300), (stream, cut) => {
        const whole = new SmoothedLevel({ sampleRate: 8000 });
        const halves = new SmoothedLevel({ sampleRate: 8000 });
        whole.push(stream);
        halves.push(stream.subarray(0, cut));
        halves.push(stream.subarray(cut));
        expect(halves.level).toBe(whole.level);
      }),
    );
  });

  test('goes 63 % of the way in its time constant, and starts over after a reset', () => {
    const level = new SmoothedLevel({ sampleRate: 16000, smoothMs: 100 });
    level.push(new Int16Array(1600).fill(-32768));
    expect(10 ** (level.level / 10)).toBeCloseTo(1 - Math.exp(-1), 6);
    level.reset();
    expect(level.level).toBe(-100);
  });

  test('an impossible time constant is refused', () => {
    expect(() => new SmoothedLevel({ sampleRate: 8000, smoothMs: 0 })).toThrow('smoothMs must be above 0');
    expect(() => new SmoothedLevel({ sampleRate: 0 })).toThrow('sampleRate must be above 0');
  });
});
