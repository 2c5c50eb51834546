import { expect, it, vi } from 'vitest';
import { keyCheck } from './key-check.js';

const compared = vi.hoisted(() => ({ lengths: [] as [number, number][] }));

vi.mock(import('node:crypto'), async (original) => {
  const crypto = await original();
  return {
    ...crypto,
    timingSafeEqual: (a: NodeJS.ArrayBufferView, b: NodeJS.ArrayBufferView) => {
      compared.lengths.push([a.byteLength, b.byteLength]);
      return crypto.timingSafeEqual(a, b);
    },
  };
});

it('compares each key with all that are known, in constant time and whatever their lengths', () => {
  const accepts = keyCheck(['first', 'a second one', '3']);
  const request = { url: '/', headers: {}, protocols: [] };
  for (const [key, accepted] of [
    ['first', true],
    ['3', true],
    ['f', false],
    ['a second one that is longer', false],
  ] as const) {
    compared.lengths = [];
    expect(accepts(key, request)).toBe(accepted);
    expect(compared.lengths).toEqual(Array.from({ length: 3 }, () => [32, 32]));
  }
});
