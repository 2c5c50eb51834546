import type { Clock } from '../clock/clock.js';
import { Fifo } from '../rx/fifo.js';
import type { SessionContext } from '../session/session-context.js';
import { WebhookRefusal } from '../tools/webhook/send-with-retries.js';

/** Sends one thing; rejects when it has been given up. */
export type Deliver<T> = (item: T, host: { readonly clock: Clock; readonly signal: AbortSignal }) => Promise<unknown>;

/** Options of {@link Outbox}. */
export interface OutboxOptions<T> {
  /** For holds and errors. */
  readonly name: string;
  readonly maxWaiting: number;
  readonly deliver: Deliver<T>;
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
    // All that can fail in it is told inside.
    void this.#run();
  }

  /** Sends nothing more; what waits, and what is on its way, counts as lost. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#sending) this.#lost++;
    this.#giveUp();
  }

  async #run(): Promise<void> {
    for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) await this.#send(item);
    this.#toldOfOverflow = false;
    this.#release?.();
    this.#release = undefined;
  }

  async #send(item: T): Promise<void> {
    this.#sending = true;
    try {
      await this.#options.deliver(item, this.#session);
      this.#toldOfFailure = false;
    } catch (error) {
      if (this.#closed) return;
      this.#lost++;
      if (this.#ending && !(error instanceof WebhookRefusal)) this.#giveUp();
      if (!this.#toldOfFailure) this.#tell(error instanceof Error ? error : new Error(String(error)));
      this.#toldOfFailure = true;
    } finally {
      this.#sending = false;
    }
  }

  #tell(error: Error): void {
    this.#session.guard(this.#options.name, () => this.#options.onTrouble(error));
  }

  #giveUp(): void {
    this.#lost += this.#waiting.length;
    this.#waiting.clear();
  }
}
