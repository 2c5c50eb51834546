import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interleave } from './interleave.js';
import { kWeighting } from './k-weighting.js';
import { integratedLoudness, LoudnessMeter, loudnessGain } from './loudness-meter.js';

/** A sine with its peak at `dbfs`. */
function tone(dbfs: number, seconds: number, sampleRate: number, hertz = 1000): Int16Array {
  const amplitude = 32768 * 10 ** (dbfs / 20);
  return Int16Array.from({ length: Math.round(seconds * sampleRate) }, (_, i) =>
    Math.max(-32768, Math.min(32767, Math.round(amplitude * Math.sin((2 * Math.PI * hertz * i) / sampleRate)))),
  );
}

function joined(...parts: Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]));
}

const stereo = (mono: Int16Array) => interleave([mono, mono]);

describe('K-weighting', () => {
  test('has the coefficients that BS.1770 prints for 48 kHz', () => {
    const [shelf, highPass] = kWeighting(48000);
    expect(shelf.b[0]).toBeCloseTo(1.53512485958697, 6);
    expect(shelf.b[1]).toBeCloseTo(-2.69169618940638, 6);
    expect(shelf.b[2]).toBeCloseTo(1.19839281085285, 6);
    expect(shelf.a[0]).toBeCloseTo(-1.69065929318241, 6);
    expect(shelf.a[1]).toBeCloseTo(0.73248077421585, 6);
    expect(highPass.a[0]).toBeCloseTo(-1.99004745483398, 6);
    expect(highPass.a[1]).toBeCloseTo(0.99007225036621, 6);
  });
});

describe('loudness', () => {
  test('a 997 Hz sine at full scale on one channel is −3.01 LUFS', () => {
    expect(integratedLoudness(tone(0, 2, 48000, 997), { sampleRate: 48000 })).toBeCloseTo(-3.01, 1);
  });

  test.each([8000, 11025, 16000, 24000, 44100, 96000])('a stereo sine of −23 dBFS is −23 LUFS at %i Hz', (sampleRate) => {
    const loudness = integratedLoudness(stereo(tone(-23, 3, sampleRate)), { sampleRate, channels: 2 });
    expect(Math.abs(loudness + 23)).toBeLessThan(sampleRate < 16000 ? 0.2 : 0.1);
  });

  test('quiet passages below the relative gate do not count (EBU Tech 3341, case 3)', () => {
    const programme = stereo(joined(tone(-36, 10, 8000), tone(-23, 60, 8000), tone(-36, 10, 8000)));
    expect(integratedLoudness(programme, { sampleRate: 8000, channels: 2 })).toBeCloseTo(-23, 0);
  });

  test('silence below the absolute gate does not count (EBU Tech 3341, case 4)', () => {
    const parts = [tone(-72, 10, 8000), tone(-36, 10, 8000), tone(-23, 60, 8000), tone(-36, 10, 8000), tone(-72, 10, 8000)];
    const gated = integratedLoudness(joined(...parts), { sampleRate: 8000 });
    expect(gated).toBeCloseTo(integratedLoudness(tone(-23, 60, 8000), { sampleRate: 8000 }), 1);
  });

  test('momentary loudness needs 400 ms and then follows the last 400 ms', () => {
    const meter = new LoudnessMeter({ sampleRate: 16000 });
    meter.push(tone(-20, 0.3, 16000));
    expect(meter.momentary).toBe(-Infinity);
    meter.push(tone(-20, 0.7, 16000));
    expect(meter.momentary).toBeCloseTo(-23, 0);
    meter.push(new Int16Array(16000));
    expect(meter.momentary).toBeLessThan(-100);
    expect(meter.integrated).toBeGreaterThan(-27);
  });

  test('silence has no loudness', () => {
    expect(integratedLoudness(new Int16Array(16000), { sampleRate: 16000 })).toBe(-Infinity);
    expect(new LoudnessMeter({ sampleRate: 16000 }).integrated).toBe(-Infinity);
  });

  test('does not depend on how the stream is cut', () => {
    const programme = tone(-18, 1.3, 11025, 440);
    const whole = integratedLoudness(programme, { sampleRate: 11025 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (size) => {
        const meter = new LoudnessMeter({ sampleRate: 11025 });
        for (let i = 0; i < programme.length; i += size) meter.push(programme.subarray(i, i + size));
        expect(meter.integrated).toBeCloseTo(whole, 9);
      }),
      { numRuns: 30 },
    );
  });

  test('the gain between two loudnesses is the factor for the samples', () => {
    expect(loudnessGain(-23, -17)).toBeCloseTo(10 ** (6 / 20), 9);
  });

  test('a rate too low for K-weighting is refused', () => {
    expect(() => new LoudnessMeter({ sampleRate: 4000 })).toThrow('sampleRate must be at least 8000');
  });
});
