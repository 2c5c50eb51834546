import type { FrameOf } from '../frames/frame.js';
import type { SessionContext } from '../session/session-context.js';
import { initialTurnState, reduceTurn, type TurnEffect, type TurnEvent, type TurnPhase, type TurnState } from './turn-reducer.js';

/** Options of the turn controller. */
export interface TurnOptions {
  /**
   * How long a turn waits for its transcript once the user is silent; then it ends with what has been heard so far.
   * @defaultValue 3_000
   */
  readonly transcriptMs?: number;
}

/** What is done when a turn begins and ends. */
export interface TurnHost {
  startTurn(effect: Extract<TurnEffect, { type: 'start-turn' }>): void;
  stopTurn(effect: Extract<TurnEffect, { type: 'stop-turn' }>): void;
  lateTranscript(effect: Extract<TurnEffect, { type: 'late-transcript' }>): void;
  interrupt(): void;
}

/** The owner of the turn in one session: feeds the reducer, carries out its effects, keeps its only timer. */
export class TurnController {
  readonly #session: SessionContext;
  readonly #host: TurnHost;
  readonly #transcriptMs: number;
  #state: TurnState = initialTurnState;
  #cancelTimer: (() => void) | undefined;
  #release: (() => void) | undefined;

  constructor(session: SessionContext, options: TurnOptions, host: TurnHost) {
    this.#session = session;
    this.#host = host;
    this.#transcriptMs = options.transcriptMs ?? 3_000;
    session.onClose(() => {
      this.#stopTimer();
      this.#release?.();
    });
  }

  get phase(): TurnPhase {
    return this.#state.phase;
  }

  vadStarted({ speechAtMs }: FrameOf<'vad-user-started-speaking'>): void {
    this.#dispatch({ type: 'vad-started', speechAtMs, turn: this.#session.turn + 1 });
  }

  vadStopped({ speechAtMs }: FrameOf<'vad-user-stopped-speaking'>): void {
    this.#dispatch({ type: 'vad-stopped', speechAtMs });
  }

  interim({ utterance, text, turn, startMs, endMs }: FrameOf<'interim-transcription'>): void {
    this.#dispatch({ type: 'interim', utterance, text, turn, startMs, endMs });
  }

  final({ utterance, text, turn, startMs, endMs }: FrameOf<'transcription'>): void {
    this.#dispatch({ type: 'final', utterance, text, turn, startMs, endMs });
  }

  /** Typed text becomes a part of the turn that is open; returns false if none is. */
  typed({ id, text, turn, at }: FrameOf<'input-text'>): boolean {
    if (this.#state.phase === 'idle') return false;
    this.#dispatch({ type: 'typed', utterance: `typed ${id}`, text, turn, startMs: at, endMs: at });
    return true;
  }

  #dispatch(event: TurnEvent): void {
    const [state, effects] = reduceTurn(this.#state, event);
    this.#state = state;
    // A graceful end waits for the turn that is open.
    if (state.phase !== 'idle') this.#release ??= this.#session.hold('the user turn');
    try {
      for (const effect of effects) this.#carryOut(effect);
    } finally {
      if (this.#state.phase === 'idle') {
        this.#release?.();
        this.#release = undefined;
      }
    }
  }

  #carryOut(effect: TurnEffect): void {
    switch (effect.type) {
      case 'start-turn':
        this.#host.startTurn(effect);
        break;
      case 'stop-turn':
        this.#host.stopTurn(effect);
        break;
      case 'interrupt':
        this.#host.interrupt();
        break;
      case 'late-transcript':
        this.#host.lateTranscript(effect);
        break;
      case 'await-transcript':
        this.#stopTimer();
        this.#cancelTimer = this.#session.clock.setTimer(
          () => this.#session.guard('turn controller', () => this.#dispatch({ type: 'transcript-timeout' })),
          this.#transcriptMs,
        );
        break;
      case 'stop-awaiting':
        this.#stopTimer();
        break;
    }
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
