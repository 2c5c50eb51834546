import type { Clock } from '@voxrill/core';

/** When a silent connection is asked whether it lives. */
export interface HeartbeatOptions {
  /** Silence after which it is asked. @defaultValue 5_000 */
  readonly idleMs: number;
  /** How long it has to answer: it is asked twice in that time. @defaultValue 10_000 */
  readonly answerMs: number;
}

export interface HeartbeatHost {
  readonly clock: Clock;
  readonly ping: () => void;
  /** Nothing came back. Called once, and then the heart has stopped. */
  readonly dead: () => void;
}

/** A timer that fires this much too late tells of a process that stood still, not of a network that did. */
const stalledMs = 1_000;

/**
 * Finds a connection whose other end is gone without a word, which TCP would not tell for minutes. Anything that comes is a sign
 * of life. A process that was asleep may find its timers due before it has read what has long arrived, so it asks anew first.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #host: HeartbeatHost;
  #heardAt: number;
  #askedAt = 0;
  #asking = false;
  /** How many questions in a row have had no answer. */
  #unanswered = 0;
  #cancelTimer: () => void;

  constructor(options: HeartbeatOptions, host: HeartbeatHost) {
    this.#options = options;
    this.#host = host;
    this.#heardAt = host.clock.now();
    this.#cancelTimer = this.#idleTimer();
  }

  /** To be called for whatever comes; costs a look at the clock. */
  heard(): void {
    this.#heardAt = this.#host.clock.now();
  }

  /** To be called for the answer to a ping: the next silence counts from now. */
  answered(): void {
    this.heard();
    if (!this.#asking) return;
    this.#cancelTimer();
    this.#rest();
  }

  /** When something came last. */
  get heardAtMs(): number {
    return this.#heardAt;
  }

  stop(): void {
    this.#asking = false;
    this.#cancelTimer();
  }

  #rest(): void {
    this.#asking = false;
    this.#unanswered = 0;
    this.#cancelTimer = this.#idleTimer();
  }

  #idleTimer(): () => void {
    const { clock } = this.#host;
    const leftMs = this.#heardAt + this.#options.idleMs - clock.now();
    // Whole milliseconds, since what is left by rounding may be too little for the clock to move.
    return clock.setTimer(() => this.#onIdle(), Math.max(1, Math.ceil(leftMs)));
  }

  #onIdle(): void {
    const silentMs = this.#host.clock.now() - this.#heardAt;
    if (silentMs < this.#options.idleMs) this.#cancelTimer = this.#idleTimer();
    else this.#ask();
  }

  #ask(): void {
    const { clock, ping } = this.#host;
    const waitMs = this.#options.answerMs / 2;
    this.#askedAt = clock.now();
    this.#asking = true;
    this.#cancelTimer = clock.setTimer(() => this.#onAnswerDue(), waitMs);
    ping();
  }

  #onAnswerDue(): void {
    const { clock, dead } = this.#host;
    if (this.#heardAt >= this.#askedAt) {
      this.#rest();
      return;
    }
    const lateMs = clock.now() - this.#askedAt - this.#options.answerMs / 2;
    this.#unanswered = lateMs > stalledMs ? 0 : this.#unanswered + 1;
    if (this.#unanswered < 2) this.#ask();
    else dead();
  }
}
