import { fencedController } from '../rx/fenced-controller.js';
import type { Clock } from './clock.js';

/** A signal that fires when its parent does, or when the time that was last set is up. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Starts the time anew. `timedOut` makes the signal's reason. */
  set(limitMs: number, timedOut: () => Error): void;
  /** Fires now, with this reason. */
  abort(reason: Error): void;
  /** No longer needed: takes back the timer, leaves the parent alone, and sets no timer any more. */
  clear(): void;
}

/** `report` takes what listeners of the signal throw; without it that would end the process. */
export function deadline(clock: Clock, parent: AbortSignal, report?: (error: unknown) => void): Deadline {
  const controller = report === undefined ? new AbortController() : fencedController(report);
  let cancelTimer = (): void => undefined;
  let cleared = false;
  const onParent = (): void => {
    cancelTimer();
    controller.abort(parent.reason);
  };
  if (parent.aborted) onParent();
  else parent.addEventListener('abort', onParent, { once: true });
  return {
    signal: controller.signal,
    set(limitMs, timedOut) {
      cancelTimer();
      if (!cleared && !controller.signal.aborted) cancelTimer = clock.setTimer(() => controller.abort(timedOut()), limitMs);
    },
    abort(reason) {
      cancelTimer();
      controller.abort(reason);
    },
    clear() {
      cleared = true;
      cancelTimer();
      parent.removeEventListener('abort', onParent);
    },
  };
}
