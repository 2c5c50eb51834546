import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputBuffer } from './input-buffer.js';

/** One sample a millisecond, so that places are indices. */
const rate = 1000;
const pieces = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 20 });
const place = fc.integer({ min: -10, max: 400 });

function filled(lengths: readonly number[]): { readonly buffer: InputBuffer; readonly all: readonly number[] } {
  const buffer = new InputBuffer(rate);
  let next = 0;
  for (const length of lengths) buffer.push(Int16Array.from({ length }, () => ++next));
  return { buffer, all: Array.from({ length: next }, (_, i) => i + 1) };
}

test('what lies between two places is found, however the audio came in pieces', () => {
  fc.assert(
    fc.property(pieces, place, place, (lengths, from, to) => {
      const { buffer, all } = filled(lengths);
      const part = all.slice(Math.max(0, from), Math.max(0, from, to));
      expect([...buffer.between(from, to)]).toEqual(part);
    }),
  );
});

test('what is dropped is gone, and everything else keeps its place', () => {
  fc.assert(
    fc.property(pieces, place, fc.boolean(), (lengths, before, exactly) => {
      const { buffer, all } = filled(lengths);
      buffer.dropBefore(before, exactly);
      const { startMs, endMs } = buffer;
      expect(endMs).toBeCloseTo(all.length);
      expect([...buffer.between(startMs, endMs)]).toEqual(all.slice(Math.round(startMs)));
      expect(startMs).toBeLessThanOrEqual(Math.max(0, before));
      if (exactly) expect(Math.round(startMs)).toBe(Math.min(all.length, Math.max(0, before)));
      else expect(all.length === 0 || before - startMs <= 30 || before > all.length).toBe(true);
    }),
  );
});
