import type { Clock } from '@voxrill/core';

/** How long somebody waits for a voice that is still at work on what nobody wants any more. */
const graceMs = 2_000;

/**
 * Finds out that a voice which many share hangs: somebody waits behind a text that was given up, and nothing has come for a
 * while. The time is that of whoever waits, so a virtual clock, which stands still meanwhile, is never ahead of the voice.
 */
export class StallWatch {
  readonly #stalled: () => void;
  #armed: { readonly clock: Clock; readonly cancel: () => void } | undefined;
  #progress = 0;

  constructor(stalled: () => void) {
    this.#stalled = stalled;
  }

  /** The voice has answered something. */
  progressed(): void {
    this.#progress++;
  }

  /** Call it at each change, with the clock of the first who waits behind a text that was given up, if there is one. */
  look(clock: Clock | undefined): void {
    if (this.#armed?.clock === clock) return;
    this.#armed?.cancel();
    this.#armed = undefined;
    if (clock !== undefined) this.#arm(clock);
  }

  #arm(clock: Clock): void {
    const before = this.#progress;
    const cancel = clock.setTimer(() => {
      this.#armed = undefined;
      if (this.#progress === before) this.#stalled();
      else this.#arm(clock);
    }, graceMs);
    this.#armed = { clock, cancel };
  }
}
