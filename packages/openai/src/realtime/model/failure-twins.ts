/** How a service tells of a failure. */
type Teller = 'error' | 'response';

/** A service may tell of one failure twice, by an `error` and by the response that has failed: the second is no news. */
export class FailureTwins {
  #told: { readonly by: Teller; readonly message: string } | undefined;

  /** Whether it is not the twin of what was told last. */
  isNew(by: Teller, message: string): boolean {
    const isTwin = this.#told !== undefined && this.#told.by !== by && this.#told.message === message;
    this.#told = isTwin ? undefined : { by, message };
    return !isTwin;
  }

  /** Another response begins, or one was no failure: what comes now is about something else. */
  forget(): void {
    this.#told = undefined;
  }
}
