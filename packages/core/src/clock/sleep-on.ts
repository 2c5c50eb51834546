import type { Clock } from './clock.js';

/**
 * `Clock.sleep` for any clock that has timers: resolves after `delayMs`, rejects with the signal's reason when that fires before.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * const halfSpeed = { sleep: (delayMs: number, signal?: AbortSignal) => sleepOn(clock, 2 * delayMs, signal) };
 * const rested = halfSpeed.sleep(1_000);
 * console.log(await clock.runUntil(rested), clock.now()); // true 2000
 * ```
 */
export function sleepOn(clock: Pick<Clock, 'setTimer'>, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const cancel = clock.setTimer(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
