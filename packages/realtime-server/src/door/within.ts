import type { Clock } from '@voxrill/core';

/** Waits for a promise no longer than this; then rejects with `late`. What the promise does afterwards is nobody's business. */
export function within<T>(clock: Clock, limitMs: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const takeBack = Number.isFinite(limitMs) ? clock.setTimer(() => reject(late()), limitMs) : () => undefined;
    work.then(resolve, reject).finally(takeBack);
  });
}
