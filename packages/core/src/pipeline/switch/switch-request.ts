import type { SessionContext } from '../../session/session-context.js';

/** What a request must know of the switchboard it waits for. */
export interface SwitchRequestHost {
  /** Nothing is in the middle of being said or answered. */
  atSeam(): boolean;
  betweenTurns(): boolean;
  /** Session milliseconds until which the bot is still expected to begin. */
  answerUntilMs(): number;
  switchTo(name: string, reason: string): void;
}

/** What a request needs of the session. */
export type SwitchRequestSession = Pick<SessionContext, 'clock' | 'now' | 'guard' | 'onClose' | 'signal'>;

interface Asked {
  readonly to: string;
  readonly when: 'at-once' | 'between-turns';
  readonly reason: string;
  readonly settle: (switched: boolean) => void;
}

/** The application's wish for another branch, until it can be met. A new one takes the place of the one before. */
export class SwitchRequest {
  readonly #name: string;
  readonly #session: SwitchRequestSession;
  readonly #host: SwitchRequestHost;
  #asked: Asked | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(name: string, session: SwitchRequestSession, host: SwitchRequestHost) {
    this.#name = name;
    this.#session = session;
    this.#host = host;
    session.onClose(() => this.#settle(false));
  }

  ask(to: string, when: Asked['when'], reason: string, already: boolean): Promise<boolean> {
    this.#settle(false);
    if (already || this.#session.signal.aborted) return Promise.resolve(already);
    return new Promise((resolve) => {
      this.#asked = { to, when, reason, settle: resolve };
      this.look();
    });
  }

  /** Something has changed: perhaps the time has come. */
  look(): void {
    const asked = this.#asked;
    if (asked === undefined || !this.#host.atSeam()) return;
    if (asked.when === 'at-once') {
      this.#host.switchTo(asked.to, asked.reason);
      return;
    }
    // Reckoned before it is asked whether that time is over: else it may pass between the two, and nobody would look again.
    const delayMs = this.#host.answerUntilMs() - this.#session.now();
    if (this.#host.betweenTurns()) this.#setTimer(0);
    // The bot may never begin, and then nothing happens any more that would make somebody look.
    else if (delayMs > 0) this.#setTimer(delayMs);
    else this.#stopTimer();
  }

  /** The branch of that name is active now. */
  switched(to: string): void {
    if (this.#asked?.to === to) this.#settle(true);
  }

  /** In the midst of what happens now the next turn may begin, or the reply be on its way: waits until it is through. */
  #setTimer(delayMs: number): void {
    this.#stopTimer();
    this.#cancelTimer = this.#session.clock.setTimer(() => {
      this.#cancelTimer = undefined;
      this.#session.guard(this.#name, () => this.#due());
    }, delayMs);
  }

  #due(): void {
    const asked = this.#asked;
    if (asked === undefined) return;
    if (this.#host.atSeam() && this.#host.betweenTurns()) this.#host.switchTo(asked.to, asked.reason);
    else this.look();
  }

  #settle(switched: boolean): void {
    this.#stopTimer();
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.settle(switched);
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
