import { describe, expect, test } from 'vitest';
import { decodeAlaw, encodeAlaw } from './alaw.js';
import { decodeMulaw, encodeMulaw } from './mulaw.js';

const allSamples = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
const allCodes = Uint8Array.from({ length: 256 }, (_, i) => i);

/**
 * The tables of G.711 by their rule instead of by bits: eight chords of sixteen equal steps, each chord twice as wide as the one
 * before. Returns, for each of the 128 magnitudes, the first 16-bit value that belongs to it and the value it decodes to.
 */
function table(law: 'mulaw' | 'alaw'): { readonly from: number; readonly value: number }[] {
  const rows: { from: number; value: number }[] = [];
  let edge = 0;
  for (let chord = 0; chord < 8; chord++) {
    for (let step = 0; step < 16; step++) {
      // µ-law: 14 bits, steps of 2, 4, 8 …, and the very first step is half as wide.
      // A-law: 13 bits, and the first two chords are alike.
      const width = law === 'mulaw' ? (chord === 0 && step === 0 ? 1 : 2 << chord) * 4 : 16 << Math.max(0, chord - 1);
      const middle = law === 'mulaw' && chord === 0 && step === 0 ? 0 : edge + width / 2;
      rows.push({ from: edge, value: middle });
      edge += width;
    }
  }
  return rows;
}

describe.each([
  { law: 'mulaw', encode: encodeMulaw, decode: decodeMulaw, peak: 32124, toggled: 0x7f },
  { law: 'alaw', encode: encodeAlaw, decode: decodeAlaw, peak: 32256, toggled: 0x55 },
] as const)('$law', ({ law, encode, decode, peak, toggled }) => {
  const rows = table(law);

  test('each of the 65536 samples gets the code of the step it lies in', () => {
    const codes = encode(allSamples);
    const wrong = allSamples.filter((sample, i) => {
      const magnitude = sample < 0 ? ~sample : sample;
      const row = rows.findLastIndex(({ from }) => from <= magnitude);
      // In both laws the sign bit is set for positive samples.
      return codes[i] !== ((row ^ toggled) | (sample < 0 ? 0 : 0x80));
    });
    expect([...wrong]).toEqual([]);
  });

  test('each of the 256 codes decodes to the middle of its step', () => {
    const expected = Array.from(allCodes, (code) => {
      const value = rows[(code ^ toggled) & 0x7f]?.value ?? NaN;
      return code < 0x80 ? 0 - value : value;
    });
    expect([...decode(allCodes)]).toEqual(expected);
    expect(Math.max(...decode(allCodes))).toBe(peak);
  });

  test('what was decoded once never changes when it is encoded and decoded again', () => {
    const decoded = decode(allCodes);
    expect(decode(encode(decoded))).toEqual(decoded);
  });

  test('the codes of the reference are met at the ends and around zero', () => {
    const expected = law === 'mulaw' ? [0x00, 0x7f, 0xff, 0x80] : [0x2a, 0x55, 0xd5, 0xaa];
    expect([...encode(Int16Array.of(-32768, -1, 0, 32767))]).toEqual(expected);
  });
});
