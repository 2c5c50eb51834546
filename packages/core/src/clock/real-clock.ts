import type { Clock } from './clock.js';
import { sleepOn } from './sleep-on.js';

/**
 * Time as it passes. `now()` is the monotonic time since the process began.
 *
 * @example
 * ```ts
 * const clock = realClock();
 * await clock.sleep(20);
 * ```
 */
export function realClock(): Clock {
  const clock: Clock = {
    now: () => performance.now(),
    setTimer(run, delayMs) {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
    sleep: (delayMs, signal) => sleepOn(clock, delayMs, signal),
    external: (work) => work,
  };
  return clock;
}
