/** What may be done with the output. */
export interface FloorHost {
  pauseOutput(): void;
  resumeOutput(): void;
}

/** Whether the bot is heard, whether it may be cut off, and whether it holds its breath. */
export class BotFloor {
  readonly #host: FloorHost;
  #audible = false;
  #protected = false;
  #paused = false;

  constructor(host: FloorHost) {
    this.#host = host;
  }

  get audible(): boolean {
    return this.#audible;
  }

  /** Something is said, or about to be, that the user cannot cut off. */
  get protected(): boolean {
    return this.#protected;
  }

  started(): void {
    this.#audible = true;
  }

  stopped(interrupted: boolean): void {
    this.#audible = false;
    // An interruption has cleared what was paused; else the last of it was played out, and what comes next must not wait.
    if (interrupted) this.cleared();
    else this.resume();
  }

  protect(on: boolean): void {
    this.#protected = on;
    // What the user cannot cut off stands behind what was paused, and what the user says waits for both.
    if (on) this.resume();
  }

  pause(): void {
    if (!this.#audible || this.#paused || this.#protected) return;
    this.#paused = true;
    this.#host.pauseOutput();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#host.resumeOutput();
  }

  /** What was paused is gone. */
  cleared(): void {
    this.#paused = false;
  }
}
