import { expect, it } from 'vitest';
import { BandLevels } from './band-levels.js';

it('measures the same level of the voice band alone as with all bands', () => {
  const both = new BandLevels();
  const alone = new BandLevels();
  for (let n = 0; n < 20; n++) {
    const frame = Float32Array.from(
      { length: 512 },
      (_, i) => 0.3 * Math.sin((n * 512 + i) * 0.1) + 0.01 * Math.sin(i * i * (n + 1)),
    );
    both.measure(frame);
    alone.measureVoice(frame);
    expect(alone.voice).toBeCloseTo(both.voice, 3);
  }
});
