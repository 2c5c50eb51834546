import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deinterleave } from '../pcm/deinterleave.js';
import { float32ToInt16 } from '../pcm/float32-to-int16.js';
import { int16ToFloat32 } from '../pcm/int16-to-float32.js';
import { interleave } from '../pcm/interleave.js';
import { PolyphaseChannel } from './polyphase-channel.js';
import { Resampler, resample } from './resampler.js';
import { designResampler } from './resampler-design.js';
import { sharedDesign } from './shared-design.js';

const rates = [8000, 16000, 24000, 44100, 48000];
const pairs = rates.flatMap((fromRate) => rates.filter((rate) => rate !== fromRate).map((toRate) => ({ fromRate, toRate })));
const oddPairs = [
  { fromRate: 96000, toRate: 16000 },
  { fromRate: 32000, toRate: 24000 },
  { fromRate: 8000, toRate: 96000 },
  { fromRate: 11025, toRate: 16000 },
  // More phases than a table may have: rows are blended.
  { fromRate: 44101, toRate: 16000 },
  { fromRate: 16000, toRate: 44099 },
];

function sine(hertz: number, rate: number, length: number, amplitude: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / rate));
}

function power(samples: Float32Array): number {
  return samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length;
}

/** Without the beginning and the end, where the filter reaches into the silence around the signal. */
function middle(samples: Float32Array): Float32Array {
  return samples.subarray(samples.length / 4, (samples.length * 3) / 4);
}

function snr(actual: Float32Array, wanted: Float32Array): number {
  const error = actual.map((sample, i) => sample - (wanted[i] ?? 0));
  return 10 * Math.log10(power(middle(wanted)) / power(middle(error)));
}

function resampleFloat(samples: Float32Array, fromRate: number, toRate: number): Float32Array {
  const resampler = new Resampler({ fromRate, toRate });
  return Float32Array.from([...resampler.processFloat(samples), ...resampler.flushFloat()]);
}

describe.each([...pairs, ...oddPairs])('$fromRate → $toRate Hz', ({ fromRate, toRate }) => {
  const nyquist = Math.min(fromRate, toRate) / 2;
  const seconds = 0.2;
  const length = Math.round(fromRate * seconds);

  test.each([0.02, 0.25, 0.5, 0.7, 0.84])('a sine at %f of the band comes out with at least 90 dB of SNR, in place', (part) => {
    const hertz = part * nyquist + 0.7;
    const floats = sine(hertz, fromRate, length, 0.95);
    const wanted = sine(hertz, toRate, Math.ceil((length * toRate) / fromRate), 0.95);
    expect(snr(resampleFloat(floats, fromRate, toRate), wanted)).toBeGreaterThan(93);
    expect(snr(int16ToFloat32(resample(float32ToInt16(floats), { fromRate, toRate })), wanted)).toBeGreaterThan(90);
  });

  test('there are exactly ceil(n · to / from) samples after the flush', () => {
    for (const n of [0, 1, 2, 79, 80, 441, 1000]) {
      expect(resample(new Int16Array(n), { fromRate, toRate })).toHaveLength(Math.ceil((n * toRate) / fromRate));
    }
  });

  test('a constant stays that constant in every phase', () => {
    const flat = middle(resampleFloat(new Float32Array(length).fill(0.5), fromRate, toRate));
    expect(flat.every((sample) => Math.abs(sample - 0.5) < 1e-6)).toBe(true);
  });
});

const tooHigh = [...pairs, ...oddPairs].flatMap((pair) =>
  [1.001, 1.01, 1.05, 1.2]
    .map((part) => ({ ...pair, hertz: (part * pair.toRate) / 2 }))
    .filter(({ hertz, fromRate }) => hertz < fromRate / 2),
);

test.each(tooHigh)(
  '$fromRate → $toRate Hz: a tone of $hertz Hz, too high for the new rate, is not folded back',
  ({ hertz, fromRate, toRate }) => {
    const folded = power(middle(resampleFloat(sine(hertz, fromRate, fromRate / 5, 1), fromRate, toRate)));
    expect(10 * Math.log10(folded / 0.5)).toBeLessThan(-95);
  },
);

describe('streaming', () => {
  const ratePair = fc.constantFrom(...pairs, ...oddPairs, { fromRate: 16000, toRate: 16000 });

  test('however the stream is cut, the output is the same to the last bit', () => {
    fc.assert(
      fc.property(
        ratePair,
        fc.integer({ min: 1, max: 3 }),
        fc.int16Array({ maxLength: 6000, size: 'max' }),
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 40 }),
        ({ fromRate, toRate }, channels, noise, cuts) => {
          const stream = noise.slice(0, noise.length - (noise.length % channels));
          const resampler = new Resampler({ fromRate, toRate, channels });
          const pieces: number[] = [];
          let at = 0;
          for (let i = 0; at < stream.length; i++) {
            const end = at + (cuts[i % cuts.length] ?? 0) * channels + (i % cuts.length === 0 ? channels : 0);
            pieces.push(...resampler.process(stream.subarray(at, end)));
            at = end;
          }
          pieces.push(...resampler.flush());
          expect(Int16Array.from(pieces)).toEqual(resample(stream, { fromRate, toRate, channels }));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('what comes out lags no more than the stated delay behind what went in', () => {
    fc.assert(
      fc.property(ratePair, fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 10 }), ({ fromRate, toRate }, lengths) => {
        const resampler = new Resampler({ fromRate, toRate });
        let takenMs = 0;
        let givenMs = 0;
        for (const length of lengths) {
          takenMs += (length / fromRate) * 1000;
          givenMs += (resampler.process(new Int16Array(length)).length / toRate) * 1000;
          expect(givenMs).toBeGreaterThanOrEqual(takenMs - resampler.delayMs - 1e-6);
        }
      }),
    );
  });

  test('interleaved channels come out as they would alone', () => {
    const left = float32ToInt16(sine(440, 48000, 3000, 0.5));
    const right = float32ToInt16(sine(1234, 48000, 3000, 0.9));
    const both = resample(interleave([left, right]), { fromRate: 48000, toRate: 16000, channels: 2 });
    expect(deinterleave(both, 2)).toEqual([left, right].map((mono) => resample(mono, { fromRate: 48000, toRate: 16000 })));
  });

  test('after a flush or a reset a new stream begins as with a new resampler', () => {
    const noise = Int16Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 65536) - 32768);
    const resampler = new Resampler({ fromRate: 24000, toRate: 16000 });
    const first = resampler.process(noise);
    resampler.flush();
    expect(resampler.process(noise)).toEqual(first);
    resampler.reset();
    expect(resampler.process(noise)).toEqual(first);
  });

  test('floats and 16-bit samples take the same way', () => {
    const noise = Int16Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 32768) - 16384);
    const integers = new Resampler({ fromRate: 24000, toRate: 16000 }).process(noise);
    const floats = new Resampler({ fromRate: 24000, toRate: 16000 }).processFloat(int16ToFloat32(noise));
    expect(float32ToInt16(floats)).toEqual(integers);
  });

  test('full scale clips instead of wrapping round', () => {
    const square = Int16Array.from({ length: 4000 }, (_, i) => (i % 100 < 50 ? 32767 : -32768));
    const out = resample(square, { fromRate: 16000, toRate: 48000 });
    expect(Math.max(...out)).toBe(32767);
    expect(Math.min(...out)).toBe(-32768);
    const jumps = out.slice(1).filter((sample, i) => Math.abs(sample - (out[i] ?? 0)) > 60000);
    expect(jumps).toHaveLength(0);
  });

  test('equal rates are copied, at once and bit by bit, and the copy is owned', () => {
    const resampler = new Resampler({ fromRate: 16000, toRate: 16000 });
    const input = Int16Array.of(1, -2, 3);
    const output = resampler.process(input);
    input.fill(0);
    expect([...output]).toEqual([1, -2, 3]);
    expect(resampler.delayMs).toBe(0);
    expect(resampler.flush()).toHaveLength(0);
  });
});

describe('memory', () => {
  test('resamplers of the same rates share one filter', () => {
    expect(sharedDesign(44100, 48000)).toBe(sharedDesign(44100, 48000));
  });

  test('no filter is larger than 400 KiB, whatever the rates between 8 and 96 kHz', () => {
    for (const [fromRate, toRate] of [
      [8000, 44100],
      [44100, 96000],
      [96000, 44099],
      [16001, 44099],
    ] as const) {
      expect(designResampler(fromRate, toRate).table.byteLength).toBeLessThan(400 * 1024);
    }
  });

  test('an input chunk of any size passes through a buffer of a fixed size', () => {
    const design = designResampler(48000, 16000);
    const channel = new PolyphaseChannel(design);
    const before = channel.bufferBytes;
    channel.process(new Int16Array(100_000), 32768, new Float32Array(channel.outputLength(100_000)), 0, 1);
    expect(channel.bufferBytes).toBe(before);
    expect(before).toBeLessThan(4096);
  });
});

test('rates that make no sense, and broken frames, are refused by name', () => {
  expect(() => new Resampler({ fromRate: 0, toRate: 16000 })).toThrow('fromRate must be a whole number');
  expect(() => new Resampler({ fromRate: 8000, toRate: 16000.5 })).toThrow('toRate must be a whole number');
  expect(() => new Resampler({ fromRate: 8000, toRate: 16000, channels: 2 }).process(new Int16Array(3))).toThrow(
    'whole frames of 2',
  );
});
