import { type Clock, realClock } from '@voxrill/core';

/** An event with its members unread. */
export interface AnyEvent {
  readonly type: string;
  readonly [member: string]: unknown;
}

interface Waiting {
  readonly fits: (event: AnyEvent) => boolean;
  readonly found: (event: AnyEvent) => void;
  readonly failed: (error: Error) => void;
}

/** How long one event may take: far longer than any takes, and shorter than a test. */
const limitMs = 40_000;

/** What a client has heard from the server, in order; one may wait for what is still to come. */
export class EventTrail {
  readonly #events: AnyEvent[] = [];
  readonly #waiting = new Set<Waiting>();
  readonly #clock: Clock = realClock();
  #failure: Error | undefined;

  get length(): number {
    return this.#events.length;
  }

  /** What came from the `from`th on. */
  since(from: number): readonly AnyEvent[] {
    return this.#events.slice(from);
  }

  push(event: AnyEvent): void {
    this.#events.push(event);
    for (const each of [...this.#waiting]) if (each.fits(event)) each.found(event);
  }

  /** Nothing more is worth waiting for. */
  fail(cause: unknown): void {
    this.#failure ??= cause instanceof Error ? cause : new Error(`The client reported ${JSON.stringify(cause)}.`);
    for (const each of [...this.#waiting]) each.failed(this.#failure);
  }

  /** The first event of this type from the `from`th on that fits, also one that has come already. */
  async first(type: string, from: number, fits: (event: AnyEvent) => boolean = () => true): Promise<AnyEvent> {
    return await this.find(type, from, (event) => event.type === type && fits(event));
  }

  async find(what: string, from: number, fits: (event: AnyEvent) => boolean): Promise<AnyEvent> {
    const there = this.since(from).find(fits);
    if (there !== undefined) return there;
    if (this.#failure !== undefined) throw this.#failure;
    return await new Promise<AnyEvent>((resolve, reject) => {
      const settle = (): void => {
        cancelTimer();
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        fits,
        found: (event) => {
          settle();
          resolve(event);
        },
        failed: (error) => {
          settle();
          reject(error);
        },
      };
      const tooLate = (): void => waiting.failed(new Error(`No ${what} came. The last events: ${this.#last()}.`));
      const cancelTimer = this.#clock.setTimer(tooLate, limitMs);
      this.#waiting.add(waiting);
    });
  }

  #last(): string {
    const types = this.#events.slice(-12).map(({ type }) => type);
    return types.length === 0 ? 'none' : types.join(', ');
  }
}
