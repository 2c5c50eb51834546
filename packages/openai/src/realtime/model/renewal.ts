import type { RealtimeConnection } from '../link/realtime-connection.js';

/** What going over to another session takes. */
export interface RenewalHost {
  /** Nobody speaks, and nothing is owed. */
  readonly quiet: () => boolean;
  /** Opens another connection. */
  readonly renew: () => void;
  readonly adopt: (connection: RealtimeConnection) => void;
}

/** Goes over to a fresh session of the service before the old one ends, at a quiet moment. */
export class Renewal {
  readonly #host: RenewalHost;
  #next: RealtimeConnection | undefined;
  #due = false;

  constructor(host: RenewalHost) {
    this.#host = host;
  }

  /** The session is about to end. */
  get due(): boolean {
    return this.#due;
  }

  /** A fresh connection that waits to take over. */
  get next(): RealtimeConnection | undefined {
    return this.#next?.open === true ? this.#next : undefined;
  }

  soon(): void {
    this.#due = true;
    this.ifQuiet();
  }

  offered(connection: RealtimeConnection): void {
    this.#next = connection;
    this.ifQuiet();
  }

  lost(connection: RealtimeConnection | undefined): void {
    if (connection === this.#next) this.#next = undefined;
  }

  adopted(): void {
    this.#next = undefined;
    this.#due = false;
  }

  ifQuiet(): void {
    if (!this.#due || !this.#host.quiet()) return;
    const { next } = this;
    if (next === undefined) this.#host.renew();
    else this.#host.adopt(next);
  }
}
