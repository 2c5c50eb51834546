/**
 * The only source of time and the only place where timers are set. All values are milliseconds; `now()` counts from an
 * arbitrary origin and never goes back.
 */
export interface Clock {
  now(): number;
  /** Calls `run` once, `delayMs` from now. The returned function takes the timer back. */
  setTimer(run: () => void, delayMs: number): () => void;
  /** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /**
   * Waits for work that takes real time outside this clock (a worker thread, a socket). A virtual clock goes
   * no faster than real time meanwhile, so that the work takes as long as it takes.
   */
  external<T>(work: Promise<T>): Promise<T>;
}
