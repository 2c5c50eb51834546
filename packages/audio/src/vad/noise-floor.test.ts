import { describe, expect, it } from 'vitest';
import { NoiseFloor } from './noise-floor.js';

function follow(frames: readonly { readonly level: number; readonly speech: number }[]): number {
  const floor = new NoiseFloor(1);
  floor.begin(Float64Array.of(frames[0]?.level ?? 0));
  for (const { level, speech } of frames) floor.update(Float64Array.of(level), speech, 0);
  return floor.levels[0] ?? Number.NaN;
}

const frames = (count: number, level: number, speech: number) => Array.from({ length: count }, () => ({ level, speech }));

describe('NoiseFloor', () => {
  it('knows the background from the first frame', () => {
    expect(follow(frames(1, -50, 0))).toBe(-50);
  });

  it('follows a background that changes, within a second and a half', () => {
    expect(follow([...frames(100, -60, 0), ...frames(47, -40, 0)])).toBeGreaterThan(-42);
  });

  it('is not lifted by speech with dips', () => {
    const syllable = [...frames(8, -20, 1), ...frames(2, -58, 1)];
    expect(follow([...frames(60, -60, 0), ...syllable, ...syllable, ...syllable, ...syllable])).toBeLessThan(-55);
  });

  it('takes for background what is called speech but never dips for three seconds', () => {
    expect(follow([...frames(60, -60, 0), ...frames(100, -30, 1)])).toBeGreaterThan(-31);
  });
});
