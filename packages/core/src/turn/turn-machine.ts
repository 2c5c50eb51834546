import type { SessionContext } from '../session/session-context.js';
import { joinHeard, reduceTurn } from './turn-reducer.js';
import { initialTurnState, isOpen, type TurnEffect, type TurnEvent, type TurnState } from './turn-state.js';
import type { SaidSoFar } from './turn-strategy.js';

/** Effects that the machine does not carry out by itself. */
export type OutwardEffect = Exclude<TurnEffect, { readonly type: 'await-transcript' | 'stop-awaiting' }>;

/** What a machine tells its owner. */
export interface TurnMachineHost {
  carryOut(effect: OutwardEffect): void;
  /** What was being said is over; called before its effects are carried out. */
  over(): void;
  /** A turn is over, and all its effects have been carried out. */
  stopped(speechAtMs: number): void;
  /** How long to wait for a transcript. */
  patienceMs(): number;
}

/** The state of the turn in one session, and nobody else's: steps the reducer, waits for transcripts, holds the end up. */
export class TurnMachine {
  readonly #session: SessionContext;
  readonly #host: TurnMachineHost;
  #state: TurnState = initialTurnState;
  #cancelTimer: (() => void) | undefined;
  #release: (() => void) | undefined;

  constructor(session: SessionContext, host: TurnMachineHost) {
    this.#session = session;
    this.#host = host;
    session.onClose(() => {
      this.#stopAwaiting();
      this.#release?.();
    });
  }

  get state(): TurnState {
    return this.#state;
  }

  /** Whether the user has begun a turn and not finished it. */
  get open(): boolean {
    return isOpen(this.#state.phase);
  }

  get said(): SaidSoFar {
    const { heard, voice, sinceMs, speechAtMs, outstanding } = this.#state;
    const text = joinHeard(heard);
    return { text, words: text === '' ? 0 : text.split(/\s+/u).length, voice, sinceMs, speechAtMs, outstanding };
  }

  dispatch(event: TurnEvent): void {
    const before = this.#state.phase;
    const [state, effects] = reduceTurn(this.#state, event);
    this.#state = state;
    const over = before !== 'idle' && state.phase === 'idle';
    if (over) this.#host.over();
    // A graceful end waits for the turn that is open.
    if (isOpen(state.phase)) this.#release ??= this.#session.hold('the user turn');
    try {
      for (const effect of effects) this.#carryOut(effect);
    } finally {
      if (!this.open) {
        this.#release?.();
        this.#release = undefined;
      }
    }
    if (over && isOpen(before)) this.#host.stopped(state.speechAtMs);
  }

  #carryOut(effect: TurnEffect): void {
    if (effect.type === 'stop-awaiting') this.#stopAwaiting();
    else if (effect.type === 'await-transcript') {
      this.#stopAwaiting();
      const giveUp = (): void => this.dispatch({ type: 'transcript-timeout' });
      const { clock } = this.#session;
      this.#cancelTimer = clock.setTimer(() => this.#session.guard('turn controller', giveUp), this.#host.patienceMs());
    } else this.#host.carryOut(effect);
  }

  #stopAwaiting(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
