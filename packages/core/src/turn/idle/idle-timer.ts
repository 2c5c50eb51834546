import type { StageScope } from '../../processor/handler.js';

/** Of more tool calls than this the oldest is taken to be over. */
const maxTools = 256;

/** What keeps silence from being silence. */
interface Activity {
  /** The detector hears the user. */
  readonly voice: boolean;
  /** The user's turn is open: also while a transcript is waited for. */
  readonly userTurn: boolean;
  readonly botSpeaks: boolean;
  /** The user has said something, and the bot has not begun to answer. */
  readonly answerDue: boolean;
  /** The model writes. */
  readonly responding: boolean;
}

/** Runs in one session while nothing goes on; counts how often it ran out since the user's last sign of life. */
export class IdleTimer {
  readonly #stage: StageScope;
  readonly #idle: (count: number, afterMs: number) => void;
  readonly #tools = new Set<string>();
  #afterMs: number;
  #activity: Activity = { voice: false, userTurn: false, botSpeaks: false, answerDue: false, responding: false };
  #count = 0;
  #cancel: (() => void) | undefined;
  #state: 'not begun' | 'running' | 'over' = 'not begun';

  constructor(stage: StageScope, afterMs: number, idle: (count: number, afterMs: number) => void) {
    this.#stage = stage;
    this.#afterMs = afterMs;
    this.#idle = idle;
    const stop = (): void => {
      this.#state = 'over';
      this.#disarm();
    };
    stage.session.onEnd(stop);
    stage.session.onClose(stop);
  }

  begin(): void {
    if (this.#state === 'not begun') this.#state = 'running';
    this.#settle();
  }

  /** Time is measured anew, by this. */
  wait(afterMs: number): void {
    this.#afterMs = afterMs;
    this.#disarm();
    this.#settle();
  }

  now(change: Partial<Activity>): void {
    this.#activity = { ...this.#activity, ...change };
    this.#settle();
  }

  signOfLife(): void {
    this.#count = 0;
    this.#disarm();
    this.#settle();
  }

  toolsBegan(ids: readonly string[]): void {
    for (const id of ids) this.#tools.add(id);
    for (const oldest of this.#tools) {
      if (this.#tools.size <= maxTools) break;
      this.#tools.delete(oldest);
    }
    this.#settle();
  }

  toolEnded(id: string): void {
    // The model is about to be asked what it makes of the results.
    if (this.#tools.delete(id) && this.#tools.size === 0) this.now({ answerDue: true });
  }

  toolsForgotten(): void {
    this.#tools.clear();
  }

  #settle(): void {
    const { voice, userTurn, botSpeaks, answerDue, responding } = this.#activity;
    const busy = voice || userTurn || botSpeaks || answerDue || responding || this.#tools.size > 0;
    if (busy || this.#state !== 'running' || this.#afterMs === 0) this.#disarm();
    else this.#cancel ??= this.#stage.session.clock.setTimer(() => this.#ranOut(), this.#afterMs);
  }

  #ranOut(): void {
    this.#cancel = undefined;
    this.#count++;
    this.#stage.session.guard(this.#stage.name, () => this.#idle(this.#count, this.#afterMs));
    this.#settle();
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
