import type { Clock } from './clock.js';
import { sleepOn } from './sleep-on.js';

/** What a timer of Node can hold, 24.8 days; a longer one would fire at once. */
const longestMs = 2 ** 31 - 1;

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
      let timer: NodeJS.Timeout;
      const set = (leftMs: number): void => {
        timer = leftMs > longestMs ? setTimeout(() => set(leftMs - longestMs), longestMs) : setTimeout(run, leftMs);
      };
      set(delayMs);
      return () => clearTimeout(timer);
    },
    sleep: (delayMs, signal) => sleepOn(clock, delayMs, signal),
    external: (work) => work,
  };
  return clock;
}
