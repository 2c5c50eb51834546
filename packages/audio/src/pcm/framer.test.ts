import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Framer } from './framer.js';

describe('Framer', () => {
  test('however a stream is cut, the frames are the same, in order, and less than one is held back', () => {
    fc.assert(
      fc.property(fc.array(fc.int16Array({ maxLength: 50 })), fc.integer({ min: 1, max: 40 }), (chunks, size) => {
        const framer = new Framer(size);
        const stream = chunks.flatMap((chunk) => [...chunk]);
        const frames = chunks.flatMap((chunk) => {
          const made = framer.push(chunk);
          expect(framer.pending).toBeLessThan(size);
          return made;
        });
        expect(frames.every((frame) => frame.length === size)).toBe(true);
        expect([...frames.flatMap((frame) => [...frame]), ...(framer.flush() ?? [])]).toEqual(stream);
      }),
    );
  });

  test('the end of a stream can be filled up with silence', () => {
    const framer = new Framer(4);
    framer.push(Int16Array.of(1, 2, 3, 4, 5));
    expect([...(framer.flush({ pad: true }) ?? [])]).toEqual([5, 0, 0, 0]);
    expect(framer.flush()).toBeUndefined();
  });

  test('a frame is not a view on the chunk, nor on the framer', () => {
    const framer = new Framer(2);
    const chunk = Int16Array.of(1, 2, 3);
    const [first] = framer.push(chunk);
    chunk.fill(9);
    const [second] = framer.push(Int16Array.of(4));
    framer.push(Int16Array.of(7));
    expect([first, second]).toEqual([Int16Array.of(1, 2), Int16Array.of(3, 4)]);
  });

  test('a reset drops what is pending', () => {
    const framer = new Framer(3);
    framer.push(Int16Array.of(1, 2));
    framer.reset();
    expect(framer.push(Int16Array.of(3, 4, 5))).toEqual([Int16Array.of(3, 4, 5)]);
  });

  test('a frame of no samples is refused', () => {
    expect(() => new Framer(0)).toThrow('frameSize must be a whole number of at least 1');
  });
});
