import type { Clock } from '../clock/clock.js';
import { Fifo } from '../rx/fifo.js';
import type { SessionContext } from '../session/session-context.js';
import { WebhookRefusal } from '../tools/webhook/send-with-retries.js';

/** Sends one thing; throws or rejects when it has been given up. What returns no promise has sent it already. */
export type Deliver<T, R extends Promise<unknown> | undefined = Promise<unknown>> = (
  item: T,
  host: { readonly clock: Clock; readonly signal: AbortSignal },
) => R;

/** Options of {@link Outbox}. */
export interface OutboxOptions<T> {
  /** For holds and errors. */
  readonly name: string;
  readonly maxWaiting: number;
  readonly deliver: Deliver<T, Promise<unknown> | undefined>;
  /** Gets the first of a row of failures, and once until all is sent that there was no room for something. */
  readonly onTrouble: (error: Error) => void;
}

/**
 * Sends things one after the other, in order, while the session goes on. A graceful end waits until all are sent, but once it
 * has begun, the first failure that is no refusal is the last: whoever does not answer then may not use up the time that others
 * need.
 */
export class Outbox<T> {
  readonly #options: OutboxOptions<T>;
  readonly #session: SessionContext;
  readonly #waiting = new Fifo<T>();
  #release: (() => void) | undefined;
  #ending = false;
  #closed = false;
  #sending = false;
  #toldOfFailure = false;
  #toldOfOverflow = false;
  #lost = 0;
  readonly #idle: (() => void)[] = [];

  constructor(session: SessionContext, options: OutboxOptions<T>) {
    this.#session = session;
    this.#options = options;
    session.onEnd(() => {
      this.#ending = true;
    });
  }

  /** How many things have not been sent, and never will be. */
  get lost(): number {
    return this.#lost;
  }

  push(item: T): void {
    if (this.#closed) return;
    const { maxWaiting, name } = this.#options;
    if (this.#waiting.length >= maxWaiting) {
      this.#waiting.shift();
      this.#lost++;
      if (!this.#toldOfOverflow) this.#tell(new Error(`"${name}" has ${maxWaiting} events waiting and lets the oldest go.`));
      this.#toldOfOverflow = true;
    }
    this.#waiting.push(item);
    if (this.#release !== undefined) return;
    this.#release = this.#session.hold(`${name}, sending`);
    this.#run();
  }

  /** Resolves when nothing waits and nothing is on its way. */
  whenIdle(): Promise<void> {
    if (this.#release === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
    });
  }

  /** Sends nothing more; what waits, and what is on its way, counts as lost. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#sending) this.#lost++;
    this.#giveUp();
  }

  /** Goes on until something takes its time, and then again. */
  #run(): void {
    for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) {
      const sending = this.#begin(item);
      if (sending === undefined) continue;
      this.#sending = true;
      const goOn = (): void => {
        this.#sending = false;
        this.#run();
      };
      sending.then(
        () => {
          this.#sent();
          goOn();
        },
        (error: unknown) => {
          this.#failed(error);
          goOn();
        },
      );
      return;
    }
    this.#toldOfOverflow = false;
    this.#release?.();
    this.#release = undefined;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #begin(item: T): Promise<unknown> | undefined {
    try {
      const sending = this.#options.deliver(item, this.#session);
      if (sending === undefined) this.#sent();
      return sending;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  #sent(): void {
    this.#toldOfFailure = false;
  }

  #failed(error: unknown): void {
    if (this.#closed) return;
    this.#lost++;
    if (this.#ending && !(error instanceof WebhookRefusal)) this.#giveUp();
    if (!this.#toldOfFailure) this.#tell(error instanceof Error ? error : new Error(String(error)));
    this.#toldOfFailure = true;
  }

  #tell(error: Error): void {
    this.#session.guard(this.#options.name, () => this.#options.onTrouble(error));
  }

  #giveUp(): void {
    this.#lost += this.#waiting.length;
    this.#waiting.clear();
  }
}
