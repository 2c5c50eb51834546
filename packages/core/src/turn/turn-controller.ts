import type { FrameOf } from '../frames/frame.js';
import type { SessionContext } from '../session/session-context.js';
import { type AttachedStrategies, attachStrategies } from './attach-strategies.js';
import { Episode } from './episode.js';
import { type ResolvedTurnOptions, resolveTurnOptions, type TurnOptions } from './turn-options.js';
import {
  initialTurnState,
  isOpen,
  joinHeard,
  reduceTurn,
  type TurnEffect,
  type TurnEvent,
  type TurnState,
} from './turn-reducer.js';
import type { SaidSoFar, TurnSignal } from './turn-strategy.js';

/** What is done when a turn begins and ends. */
export interface TurnHost {
  startTurn(effect: Extract<TurnEffect, { type: 'start-turn' }>): void;
  stopTurn(effect: Extract<TurnEffect, { type: 'stop-turn' }>): void;
  lateTranscript(effect: Extract<TurnEffect, { type: 'late-transcript' }>): void;
  interrupt(): void;
  ignored(effect: Extract<TurnEffect, { type: 'ignored' }>): void;
  /** The turn may be over, and this is what was said. */
  tentative(text: string): void;
  pauseOutput(): void;
  resumeOutput(): void;
}

/** Without a semantic check a shorter silence cuts people off in the middle of what they say. */
const shortSilenceMs = 500;

/**
 * The owner of the turn in one session: feeds the reducer, carries out its effects, and lets the strategies decide. A turn
 * begins when a start strategy wants it and nothing forbids it; while the bot is heard the interruption strategy may.
 */
export class TurnController {
  readonly #session: SessionContext;
  readonly #host: TurnHost;
  #options: ResolvedTurnOptions;
  #strategies: AttachedStrategies;
  #state: TurnState = initialTurnState;
  /** What is being said, and the pause within it. */
  readonly #saying: Episode;
  readonly #pause: Episode;
  /** A start strategy takes what is being said for a turn. */
  #wanted = false;
  /** It may cut the bot off. */
  #allowed = false;
  #audible = false;
  #protected = false;
  #outputPaused = false;
  #hadVoice = false;
  /** Somebody has asked for the end of this turn. */
  #forced = false;
  #sttFinalMs: number | undefined;
  #detectorMs: number | undefined;
  /** A service or a button says at this moment that a turn begins. */
  #proposed = false;
  #warned = false;
  #cancelWatchdog: (() => void) | undefined;
  #cancelTranscriptTimer: (() => void) | undefined;
  #release: (() => void) | undefined;

  constructor(session: SessionContext, options: TurnOptions, host: TurnHost) {
    this.#session = session;
    this.#host = host;
    this.#options = resolveTurnOptions(options);
    this.#saying = new Episode(session);
    this.#pause = new Episode(session);
    this.#strategies = this.#attach(this.#options);
    session.onClose(() => {
      this.#saying.end('The session is over.');
      this.#pause.end('The session is over.');
      this.#cancelTranscriptTimer?.();
      this.#release?.();
    });
  }

  /** Whether the user has begun a turn and not finished it. */
  get open(): boolean {
    return isOpen(this.#state.phase);
  }

  get options(): ResolvedTurnOptions {
    return this.#options;
  }

  /** Takes turns otherwise from now on. */
  use(options: TurnOptions): void {
    const resolved = resolveTurnOptions({ ...this.#options, ...options });
    // Whoever cannot be put to work changes nothing.
    const strategies = this.#attach(resolved);
    this.#options = resolved;
    this.#saying.end('The strategies were changed.');
    this.#pause.end('The strategies were changed.');
    this.#strategies = strategies;
    this.#resumeOutput();
    const { phase, voice, speechAtMs } = this.#state;
    if (phase === 'idle') return;
    if (this.open) this.#saying.after(this.#options.maxTurnMs, () => this.#finish());
    // The new ones have heard nothing of what is going on.
    if (voice) this.#tell({ type: 'voice-started', atMs: speechAtMs });
    else this.#silent(speechAtMs);
  }

  vadStarted({ speechAtMs }: FrameOf<'vad-user-started-speaking'>): void {
    this.#pause.end('The user goes on.');
    this.#forced = false;
    this.#dispatch({ type: 'voice-started', speechAtMs });
    this.#hadVoice = true;
    this.#tell({ type: 'voice-started', atMs: speechAtMs });
  }

  vadStopped({ speechAtMs }: FrameOf<'vad-user-stopped-speaking'>): void {
    // One that was told to close does not show how long it waits.
    this.#detectorMs = Math.max(this.#detectorMs ?? 0, this.#session.now() - speechAtMs);
    this.#dispatch({ type: 'voice-stopped', speechAtMs });
    this.#silent(speechAtMs);
  }

  interim({ utterance, text, turn, startMs, endMs }: FrameOf<'interim-transcription'>): void {
    this.#dispatch({ type: 'interim', utterance, text, turn, startMs, endMs });
    this.#watch();
    this.#tell({ type: 'interim', utterance, text, atMs: endMs });
  }

  final({ utterance, text, turn, startMs, endMs }: FrameOf<'transcription'>): void {
    this.#dispatch({ type: 'final', utterance, text, turn, startMs, endMs });
    this.#watch();
    this.#tell({ type: 'final', utterance, text, atMs: endMs });
  }

  /** Typed text joins what is being said, or is a turn of its own. */
  typed({ id, text, turn, at }: FrameOf<'input-text'>): void {
    const utterance = `typed ${id}`;
    this.#dispatch({ type: 'typed', utterance, text, turn, startMs: at, endMs: at });
    if (!this.open) {
      this.#wanted = true;
      // Who types means it.
      this.#allowed ||= this.#options.interruption.absolute !== true;
    }
    this.#tell({ type: 'typed', utterance, text, atMs: at });
    this.#tryToBegin();
  }

  proposed(type: 'proposed-start' | 'proposed-stop', atMs: number): void {
    // Nothing was heard between the two: there is no turn to be begun when the bot has finished.
    if (type === 'proposed-stop' && this.#state.phase === 'idle') this.#wanted = false;
    this.#proposed = type === 'proposed-start';
    this.#tell({ type, atMs });
    this.#proposed = false;
  }

  verdict({ complete, probability }: FrameOf<'turn-verdict'>): void {
    this.#tell({ type: 'verdict', complete, ...(probability === undefined ? {} : { probability }) });
  }

  /** The turn is over now. Returns false if nothing is being said that could be one. */
  force(): boolean {
    if (this.#state.phase === 'idle') return false;
    const again = this.#forced;
    this.#forced = true;
    if (!this.open) this.#begin();
    const { phase } = this.#state;
    // Who asks a second time does not want to wait for a transcript either.
    if (phase === 'speaking' || phase === 'pausing' || (phase === 'closing' && again)) this.#finish();
    return true;
  }

  botStarted(): void {
    this.#audible = true;
    this.#tellStarts({ type: 'bot-started', atMs: this.#session.now() });
    const { phase, voice, speechAtMs } = this.#state;
    if (phase === 'listening' && voice) this.#judge({ type: 'voice-started', atMs: speechAtMs });
  }

  botStopped({ interrupted }: FrameOf<'bot-stopped-speaking'>): void {
    this.#audible = false;
    // An interruption has cleared what was paused; else the last of it was played out, and what comes next must not wait.
    if (interrupted) this.#outputPaused = false;
    else this.#resumeOutput();
    this.#tellStarts({ type: 'bot-stopped', atMs: this.#session.now() });
    if (interrupted) this.#beginSoon();
    else this.#tryToBegin();
  }

  /** Somebody has silenced the bot: what was kept until then may be a turn now. */
  silenced(): void {
    this.#tryToBegin();
  }

  protect(on: boolean): void {
    this.#protected = on;
    // What the user cannot cut off stands behind what was paused, and what the user says waits for both.
    if (on) this.#resumeOutput();
    if (on) return;
    if (this.#audible) this.#tryToBegin();
    else this.#beginSoon();
  }

  sttAnnounced(finalMs: number): void {
    this.#sttFinalMs = finalMs;
  }

  get #said(): SaidSoFar {
    const { heard, voice, sinceMs, speechAtMs, outstanding } = this.#state;
    const text = joinHeard(heard);
    return { text, words: text === '' ? 0 : text.split(/\s+/u).length, voice, sinceMs, speechAtMs, outstanding };
  }

  #attach(options: ResolvedTurnOptions): AttachedStrategies {
    const controller = this;
    return attachStrategies(options, {
      session: this.#session,
      saying: this.#saying,
      pause: this.#pause,
      get said() {
        return controller.#said;
      },
      get sttFinalMs() {
        return controller.#sttFinalMs;
      },
      get detectorMs() {
        return controller.#detectorMs;
      },
      start: () => {
        // With nothing being said, only who says that something will be can begin a turn.
        if (this.open || (this.#state.phase === 'idle' && !this.#proposed)) return;
        this.#wanted = true;
        this.#tryToBegin();
      },
      stop: (strategy) => {
        // A turn that was stopped waits for its transcript, also if somebody else would stop it later.
        if (!this.open || this.#state.phase === 'closing') return;
        if (strategy.informed !== true) this.#warnOfShortSilence();
        this.#finish();
      },
      interrupt: () => {
        this.#allowed = true;
        this.#tryToBegin();
      },
      pauseOutput: () => {
        if (!this.#audible || this.#outputPaused || this.#protected || this.#state.phase !== 'listening') return;
        this.#outputPaused = true;
        this.#host.pauseOutput();
      },
      resumeOutput: () => this.#resumeOutput(),
    });
  }

  #tell(signal: TurnSignal): void {
    this.#tellStarts(signal);
    if (!this.open && (this.#wanted || this.#state.phase === 'listening') && !this.#mayBegin()) this.#judge(signal);
    if (this.open) {
      for (const run of this.#strategies.stop) this.#session.guard('turn stop', () => run(signal));
      this.#speculate();
    }
    this.#settle(false);
  }

  #tellStarts(signal: TurnSignal): void {
    for (const run of this.#strategies.start) this.#session.guard('turn start', () => run(signal));
  }

  #judge(signal: TurnSignal): void {
    this.#session.guard('interruption', () => this.#strategies.interruption(signal));
  }

  #mayBegin(): boolean {
    return !this.#protected && (!this.#audible || this.#allowed);
  }

  #tryToBegin(): void {
    if (!this.open && this.#wanted && this.#mayBegin()) this.#begin();
  }

  /**
   * In the middle of an interruption no turn can be begun. Its frame says that it is over, but overtakes what the output says
   * if a handler on the way has interrupted.
   */
  #beginSoon(): void {
    if (this.#state.phase === 'listening' && this.#wanted) this.#saying.after(0, () => this.#tryToBegin());
  }

  #begin(): void {
    this.#dispatch({ type: 'begin', turn: this.#session.turn + 1, speechAtMs: this.#session.now() });
    this.#began();
  }

  #began(): void {
    if (!this.open) return;
    const { sinceMs, voice, speechAtMs, outstanding } = this.#state;
    this.#saying.after(this.#options.maxTurnMs, () => this.#finish());
    const started: TurnSignal = { type: 'turn-started', atMs: sinceMs };
    for (const run of [...this.#strategies.start, ...this.#strategies.stop]) this.#session.guard('turn', () => run(started));
    if (voice || !this.open || this.#state.phase !== 'pausing') return;
    // Words that came without a voice are whole.
    if (!this.#hadVoice && outstanding === 0) this.#finish();
    else this.#silent(speechAtMs);
  }

  #silent(atMs: number): void {
    this.#watch();
    if (this.#state.phase === 'listening') this.#pause.after(this.#options.transcriptMs, () => this.#settle(true));
    this.#tell({ type: 'voice-stopped', atMs });
  }

  /** Sees to it that a silence in which nothing happens ends the turn. */
  #watch(): void {
    this.#cancelWatchdog?.();
    this.#cancelWatchdog = undefined;
    if (this.#state.phase !== 'pausing') return;
    this.#cancelWatchdog = this.#pause.after(this.#options.watchdogMs, () => this.#finish());
  }

  #finish(): void {
    this.#dispatch({ type: 'finish' });
  }

  /** Speech that is over and did not become a turn is dropped, unless it is kept until the bot has finished. */
  #settle(giveUp: boolean): void {
    const { phase, voice, outstanding, heard } = this.#state;
    if (phase !== 'listening' || voice || (outstanding > 0 && !giveUp)) return;
    const { interruption, start } = this.#options;
    if (joinHeard(heard) === '') this.#ignore('no words were understood');
    else if (!this.#wanted)
      this.#ignore(start.map(({ unless, name }) => unless ?? `"${name}" did not take it for a turn`).join('; '));
    else if (this.#mayBegin()) this.#begin();
    else if (!this.#protected && this.#otherwise(joinHeard(heard)) === 'drop')
      this.#ignore(interruption.unless ?? interruption.name);
  }

  #otherwise(text: string): 'keep' | 'drop' {
    const { otherwise } = this.#options.interruption;
    if (typeof otherwise !== 'function') return otherwise;
    // What nobody can decide about is kept: it costs an answer at worst.
    let decided: 'keep' | 'drop' = 'keep';
    this.#session.guard('interruption', () => {
      decided = otherwise(text);
    });
    return decided;
  }

  #ignore(reason: string): void {
    this.#dispatch({ type: 'ignore', reason });
  }

  #speculate(): void {
    const { phase, outstanding } = this.#state;
    if (phase !== 'pausing' || outstanding > 0 || this.#options.speculate === 'never') return;
    // To throw an answer away is to interrupt.
    if (this.#protected) return;
    const { text } = this.#said;
    if (text !== '') this.#host.tentative(text);
  }

  #resumeOutput(): void {
    if (!this.#outputPaused) return;
    this.#outputPaused = false;
    this.#host.resumeOutput();
  }

  #warnOfShortSilence(): void {
    if (!this.#hadVoice || this.#options.stop.some(({ informed }) => informed)) return;
    const silentMs = Math.round(this.#session.now() - this.#state.speechAtMs);
    if (silentMs >= shortSilenceMs - 20 || this.#warned) return;
    this.#warned = true;
    this.#session.log.warn(
      `Turns end after ${silentMs} ms of silence, which cuts people off in mid-sentence; wait ${shortSilenceMs} ms, or add a stop strategy that looks at what was said.`,
      { session: this.#session.id },
    );
  }

  #dispatch(event: TurnEvent): void {
    const before = this.#state.phase;
    const [state, effects] = reduceTurn(this.#state, event);
    this.#state = state;
    const over = before !== 'idle' && state.phase === 'idle';
    if (over) this.#over();
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
    if (over && isOpen(before)) {
      const stopped: TurnSignal = { type: 'turn-stopped', atMs: state.speechAtMs };
      for (const run of [...this.#strategies.start, ...this.#strategies.stop]) this.#session.guard('turn', () => run(stopped));
    }
  }

  #over(): void {
    this.#saying.end('The turn is over.');
    this.#pause.end('The turn is over.');
    this.#wanted = false;
    this.#allowed = false;
    this.#hadVoice = false;
    this.#forced = false;
  }

  #carryOut(effect: TurnEffect): void {
    switch (effect.type) {
      case 'start-turn':
        this.#outputPaused = false;
        this.#host.startTurn(effect);
        break;
      case 'stop-turn':
        this.#host.stopTurn(effect);
        break;
      case 'interrupt':
        // Whoever goes on does not cut off what cannot be cut off either.
        if (!this.#protected) this.#host.interrupt();
        break;
      case 'late-transcript':
        this.#host.lateTranscript(effect);
        break;
      case 'ignored':
        this.#resumeOutput();
        this.#host.ignored(effect);
        break;
      case 'await-transcript':
        this.#stopAwaiting();
        this.#cancelTranscriptTimer = this.#session.clock.setTimer(
          () => this.#session.guard('turn controller', () => this.#dispatch({ type: 'transcript-timeout' })),
          this.#patienceMs(),
        );
        break;
      case 'stop-awaiting':
        this.#stopAwaiting();
        break;
    }
  }

  /** When something has been understood, a recogniser that says how fast it is need not be waited for any longer. */
  #patienceMs(): number {
    const { transcriptMs } = this.#options;
    if (this.#sttFinalMs === undefined || this.#said.text === '') return transcriptMs;
    return Math.min(transcriptMs, Math.max(0, this.#state.speechAtMs + this.#sttFinalMs - this.#session.now()));
  }

  #stopAwaiting(): void {
    this.#cancelTranscriptTimer?.();
    this.#cancelTranscriptTimer = undefined;
  }
}
