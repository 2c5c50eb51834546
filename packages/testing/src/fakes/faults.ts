import { type ErrorCategory, type ServiceCall, ServiceError } from '@voxrill/core';

/** What can go wrong in a fake: a category is short for a `ServiceError` of it. */
export type FakeError = ErrorCategory | Error;

/** Makes the error that a fake throws. */
export function fakeError(name: string, error: FakeError): Error {
  return typeof error === 'string' ? new ServiceError(error, `"${name}" fails with ${error}, as its script says.`) : error;
}

type Fault =
  | { readonly type: 'stall'; readonly ms: number }
  | { readonly type: 'fail'; readonly error: FakeError }
  | { readonly type: 'hang' };

/**
 * Trouble to come: each fault strikes once, at the next piece that the fake is about to give, in a call under way or the
 * next one. A fake without faults pays one test of a field.
 *
 * @example
 * ```ts
 * const llm = fakeLLM();
 * llm.faults.stallsFor(2000);
 * ```
 */
export class Faults {
  readonly #name: string;
  #waiting: readonly Fault[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  get pending(): boolean {
    return this.#waiting.length > 0;
  }

  /** The next piece comes so much later. */
  stallsFor(ms: number): void {
    this.#waiting = [...this.#waiting, { type: 'stall', ms }];
  }

  /** In place of the next piece there is an error. */
  fails(error: FakeError = 'server'): void {
    this.#waiting = [...this.#waiting, { type: 'fail', error }];
  }

  /** The next piece never comes. */
  hangs(): void {
    this.#waiting = [...this.#waiting, { type: 'hang' }];
  }

  /** Lets what is due happen to a call; rejects with the call's reason when it is aborted meanwhile. */
  async strike(call: ServiceCall): Promise<void> {
    const faults = this.#waiting;
    this.#waiting = [];
    for (const fault of faults) {
      if (fault.type === 'stall') await call.clock.sleep(fault.ms, call.signal);
      else if (fault.type === 'fail') throw fakeError(this.#name, fault.error);
      else await never(call.signal);
    }
  }
}

/** Waits for the abort. */
export function never(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
