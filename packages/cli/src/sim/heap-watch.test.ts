import { describe, expect, it } from 'vitest';
import { HeapWatch } from './heap-watch.js';

/** So many numbers take two megabytes. */
const twoMegabytes = 2 ** 18;

function watch(eachBatch: (kept: number[][]) => void): HeapWatch {
  const heap = new HeapWatch();
  const kept: number[][] = [];
  for (let batch = 0; batch < 8; batch++) {
    eachBatch(kept);
    heap.afterBatch();
  }
  expect(kept.length).toBeLessThanOrEqual(8);
  return heap;
}

describe('the heap', () => {
  it('is said to grow when something is kept of every batch', () => {
    const heap = watch((kept) => kept.push(new Array<number>(twoMegabytes).fill(0.5)));
    expect(heap.grows).toBe(true);
    expect(heap.summary).toMatch(/^Heap after 2 of 8 batches: \d+\.\d MB, after the last: \d+\.\d MB\.$/u);
  });

  it('is not said to grow when all is let go', () => {
    const heap = watch(() => {
      new Array<number>(twoMegabytes).fill(0.5);
    });
    expect(heap.grows).toBe(false);
  });

  it('is not judged after a few batches', () => {
    const heap = new HeapWatch();
    heap.afterBatch();
    expect(heap.grows).toBe(false);
    expect(heap.summary).toBeUndefined();
  });
});
