import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deinterleave } from './deinterleave.js';
import { downmix } from './downmix.js';
import { float32ToInt16 } from './float32-to-int16.js';
import { int16ToFloat32 } from './int16-to-float32.js';
import { interleave } from './interleave.js';
import { mix } from './mix.js';
import { pcmFromBytes, pcmToBytes } from './pcm-bytes.js';
import { pcmDurationMs } from './pcm-duration-ms.js';
import { silence } from './silence.js';

const samples = fc.int16Array({ maxLength: 200 });

describe('conversion between 16-bit samples and floats', () => {
  test('every 16-bit value survives the way to a float and back', () => {
    const all = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
    expect(float32ToInt16(int16ToFloat32(all))).toEqual(all);
  });

  test('full scale is ±1, louder values clip, and what is not a number becomes silence', () => {
    expect([...int16ToFloat32(Int16Array.of(-32768, 16384))]).toEqual([-1, 0.5]);
    expect([...float32ToInt16(Float32Array.of(1, 7, -7, Infinity, NaN))]).toEqual([32767, 32767, -32768, 32767, 0]);
  });
});

describe('bytes', () => {
  test('samples are little-endian, at any alignment, and owned', () => {
    const bytes = Uint8Array.of(99, 0x34, 0x12, 0xff, 0xff);
    const read = pcmFromBytes(bytes.subarray(1));
    expect([...read]).toEqual([0x1234, -1]);
    bytes.fill(0);
    expect(read[0]).toBe(0x1234);
    expect([...pcmToBytes(read)]).toEqual([0x34, 0x12, 0xff, 0xff]);
  });

  test('half a sample is refused', () => {
    expect(() => pcmFromBytes(new Uint8Array(3))).toThrow('3 bytes are not whole 16-bit samples');
  });

  test('samples come back from their bytes', () => {
    fc.assert(
      fc.property(samples, (pcm) => {
        expect(pcmFromBytes(pcmToBytes(pcm))).toEqual(pcm);
      }),
    );
  });
});

describe('channels', () => {
  test('interleaving takes samples in turn and can be undone', () => {
    expect([...interleave([Int16Array.of(1, 2), Int16Array.of(3, 4)])]).toEqual([1, 3, 2, 4]);
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 8 }), (pcm, channels) => {
        const whole = pcm.subarray(0, pcm.length - (pcm.length % channels));
        expect(interleave(deinterleave(whole, channels))).toEqual(whole.slice());
      }),
    );
  });

  test('channels of different lengths and broken frames are refused', () => {
    expect(() => interleave([new Int16Array(1), new Int16Array(2)])).toThrow('pad the shorter one');
    expect(() => deinterleave(new Int16Array(3), 2)).toThrow('not whole frames of 2 channels');
    expect(() => downmix(new Int16Array(3), 0)).toThrow('at least 1');
  });

  test('a downmix is the average, and the average of equal channels is each of them', () => {
    expect([...downmix(Int16Array.of(32767, 32767, 100, -50), 2)]).toEqual([32767, 25]);
    fc.assert(
      fc.property(samples, (pcm) => {
        expect(downmix(interleave([pcm, pcm, pcm]), 3)).toEqual(pcm);
      }),
    );
  });
});

describe('mix', () => {
  test('adds with gains, saturates, and is as long as the longest input', () => {
    const loud = Int16Array.of(30000, -30000, 5);
    expect([...mix([{ samples: loud }, { samples: Int16Array.of(30000, -30000), gain: 0.5 }])]).toEqual([32767, -32768, 5]);
    expect(mix([])).toHaveLength(0);
  });

  test('the order of the inputs does not matter, even where parts of the sum saturate', () => {
    fc.assert(
      fc.property(samples, samples, samples, (a, b, c) => {
        expect(mix([{ samples: a }, { samples: b }, { samples: c }])).toEqual(
          mix([{ samples: c }, { samples: a }, { samples: b }]),
        );
      }),
    );
  });

  test('a gain that is not a number is refused', () => {
    expect(() => mix([{ samples: new Int16Array(1), gain: NaN }])).toThrow('gain must be a finite number');
  });
});

test('silence lasts as long as asked for, on every channel', () => {
  expect(silence(20, 44100, 2)).toEqual(new Int16Array(882 * 2));
  expect(pcmDurationMs({ samples: silence(20, 44100, 2), sampleRate: 44100, channels: 2 })).toBe(20);
});
