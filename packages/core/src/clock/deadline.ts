import type { Clock } from './clock.js';

/** A signal that fires when its parent does, or when the time that was last set is up. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Starts the time anew. `timedOut` makes the signal's reason. */
  set(limitMs: number, timedOut: () => Error): void;
  /** No longer needed: takes back the timer and leaves the parent alone. */
  clear(): void;
}

export function deadline(clock: Clock, parent: AbortSignal): Deadline {
  const controller = new AbortController();
  let cancelTimer = (): void => undefined;
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
      if (!controller.signal.aborted) cancelTimer = clock.setTimer(() => controller.abort(timedOut()), limitMs);
    },
    clear() {
      cancelTimer();
      parent.removeEventListener('abort', onParent);
    },
  };
}
