import type { Clock } from '../clock/clock.js';
import { fencedController } from '../rx/fenced-controller.js';

/** What an episode needs of its session. */
export interface EpisodeHost {
  readonly clock: Clock;
  guard(processor: string, run: () => void): void;
  fail(processor: string, error: unknown): void;
}

/** The timers and the signal of something that may be over at any moment: a pause, or what is being said. */
export class Episode {
  readonly #host: EpisodeHost;
  readonly #cancels = new Set<() => void>();
  #controller: AbortController | undefined;

  constructor(host: EpisodeHost) {
    this.#host = host;
  }

  /** Of the present episode. */
  get signal(): AbortSignal {
    this.#controller ??= fencedController((error) => this.#host.fail('turn controller', error));
    return this.#controller.signal;
  }

  after(delayMs: number, run: () => void): () => void {
    const cancelTimer = this.#host.clock.setTimer(
      () => {
        this.#cancels.delete(cancel);
        this.#host.guard('turn controller', run);
      },
      Math.max(0, delayMs),
    );
    const cancel = (): void => {
      this.#cancels.delete(cancel);
      cancelTimer();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  /** It is over; what is set from now on belongs to the next. */
  end(reason: string): void {
    const controller = this.#controller;
    this.#controller = undefined;
    for (const cancel of this.#cancels) cancel();
    controller?.abort(new Error(reason));
  }
}
