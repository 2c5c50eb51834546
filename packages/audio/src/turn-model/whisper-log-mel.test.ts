import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MEL_COLUMNS, MEL_WINDOW, whisperLogMel } from './whisper-log-mel.js';

/** One column before the clamp, slowly and straight from the formulas: mirror, window, transform, filters, logarithm. */
function columnByDefinition(signal: Float64Array, column: number): number[] {
  const sample = (at: number): number => {
    const mirrored = at < 0 ? -at : at >= signal.length ? 2 * (signal.length - 1) - at : at;
    return signal[mirrored] ?? Number.NaN;
  };
  const frame = Array.from({ length: 400 }, (_, i) => sample(column * 160 - 200 + i) * Math.sin((Math.PI * i) / 400) ** 2);
  const powers = Array.from({ length: 201 }, (_, k) => {
    let re = 0;
    let im = 0;
    frame.forEach((value, n) => {
      re += value * Math.cos((-2 * Math.PI * k * n) / 400);
      im += value * Math.sin((-2 * Math.PI * k * n) / 400);
    });
    return re * re + im * im;
  });
  const toMel = (hz: number) => (hz >= 1000 ? 15 + Math.log(hz / 1000) / (Math.log(6.4) / 27) : hz / (200 / 3));
  const toHz = (mel: number) => (mel >= 15 ? 1000 * Math.exp((Math.log(6.4) / 27) * (mel - 15)) : (200 / 3) * mel);
  const edge = (i: number) => toHz((i / 81) * toMel(8000));
  return Array.from({ length: 80 }, (_, band) => {
    const energy = powers.reduce((sum, power, k) => {
      const up = (40 * k - edge(band)) / (edge(band + 1) - edge(band));
      const down = (edge(band + 2) - 40 * k) / (edge(band + 2) - edge(band + 1));
      return sum + (power * Math.max(0, Math.min(up, down)) * 2) / (edge(band + 2) - edge(band));
    }, 0);
    return Math.log10(Math.max(1e-10, energy));
  });
}

/** Zero mean and unit variance over the whole window, as float64. */
function windowByDefinition(samples: Int16Array): Float64Array {
  const padded = new Float64Array(128_000);
  padded.set(
    Array.from(samples, (value) => value / 32_768),
    128_000 - samples.length,
  );
  const mean = padded.reduce((sum, value) => sum + value, 0) / padded.length;
  const variance = padded.reduce((sum, value) => sum + (value - mean) ** 2, 0) / padded.length;
  return padded.map((value) => (value - mean) / Math.sqrt(variance + 1e-7));
}

function voice(length: number): Int16Array {
  let state = 1;
  return Int16Array.from({ length }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const tone = Math.sin(i * 0.05) + 0.5 * Math.sin(i * 0.4 + 1) + 0.1 * Math.sin(i * i * 1e-6);
    return 6_000 * tone * Math.sin(i / 9_000) ** 2 + (state / 2 ** 32 - 0.5) * 300;
  });
}

describe('whisperLogMel', () => {
  it('agrees with the formulas, worked out slowly, in columns at both ends and in between', () => {
    const samples = voice(100_000);
    const features = whisperLogMel(samples);
    expect(features).toHaveLength(80 * 800);
    const signal = windowByDefinition(samples);
    // The clamp needs the greatest value of all columns: it is where the tone is loudest, which the features tell themselves.
    let loudest = 0;
    features.forEach((value, i) => {
      if (value > (features[loudest] ?? 0)) loudest = i;
    });
    const peak = Math.max(...columnByDefinition(signal, loudest % MEL_COLUMNS));
    expect(features[loudest]).toBeCloseTo((peak + 4) / 4, 5);
    for (const column of [0, 1, 174, 175, 176, 401, 640, 798, 799]) {
      const expected = columnByDefinition(signal, column).map((level) => (Math.max(level, peak - 8) + 4) / 4);
      for (let band = 0; band < 80; band++) expect(features[band * MEL_COLUMNS + column]).toBeCloseTo(expected[band] ?? 0, 5);
    }
  });

  it('takes the last 8 seconds, and fills up what is shorter with silence at its front', () => {
    const long = voice(MEL_WINDOW + 12_345);
    expect(whisperLogMel(long)).toEqual(whisperLogMel(long.slice(12_345)));
    const short = voice(40_000);
    const padded = new Int16Array(MEL_WINDOW);
    padded.set(short, MEL_WINDOW - short.length);
    const expected = whisperLogMel(padded);
    whisperLogMel(short).forEach((value, i) => {
      if (Math.abs(value - (expected[i] ?? 0)) > 1e-6) expect(value).toBe(expected[i]);
    });
  });

  it('gives the lowest value everywhere for silence, also for no audio at all', () => {
    for (const samples of [new Int16Array(0), new Int16Array(500), new Float32Array(MEL_WINDOW)])
      expect(new Set(whisperLogMel(samples))).toEqual(new Set([-1.5]));
  });

  it('gives the same for floats and for 16 bits, and spans no more than 2', () => {
    fc.assert(
      fc.property(fc.int16Array({ minLength: 400, maxLength: 4_000 }), (samples) => {
        const features = whisperLogMel(samples);
        expect(whisperLogMel(Float32Array.from(samples, (value) => value / 32_768))).toEqual(features);
        let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (const value of features) {
          least = Math.min(least, value);
          most = Math.max(most, value);
        }
        expect(most - least).toBeLessThanOrEqual(2.000001);
      }),
      { numRuns: 5 },
    );
  });
});
