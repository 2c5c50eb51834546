import type { Clock } from '../clock/clock.js';

/** What a strategy hears of, in the order in which it happened. Times are session milliseconds. */
export type TurnSignal =
  | { readonly type: 'voice-started'; readonly atMs: number }
  /** `atMs`: where the voice ended, which is earlier than now by what the detector waits. */
  | { readonly type: 'voice-stopped'; readonly atMs: number }
  /** `text`: all of this utterance so far. */
  | { readonly type: 'interim' | 'final' | 'typed'; readonly utterance: string; readonly text: string; readonly atMs: number }
  /** A service or a button says that the user begins, or has finished. */
  | { readonly type: 'proposed-start' | 'proposed-stop'; readonly atMs: number }
  /** A model's opinion on whether the user has finished. */
  | { readonly type: 'verdict'; readonly complete: boolean; readonly probability?: number }
  /** A turn was begun, or is over. */
  | { readonly type: 'turn-started' | 'turn-stopped'; readonly atMs: number }
  /** The bot begins to be heard, or falls silent. Only start strategies hear of it. */
  | { readonly type: 'bot-started' | 'bot-stopped'; readonly atMs: number };

/** What the user has said so far, in the turn that is open or in what may become one. */
export interface SaidSoFar {
  /** Interim text counts until its final comes. */
  readonly text: string;
  readonly words: number;
  /** The user speaks at this moment. */
  readonly voice: boolean;
  /** Where it began, in session milliseconds. */
  readonly sinceMs: number;
  /** Where the voice was last heard to begin or to end, in session milliseconds. */
  readonly speechAtMs: number;
  /** Stretches of speech without their final transcript. */
  readonly outstanding: number;
}

/** What every strategy has at hand. */
export interface TurnScope {
  readonly clock: Clock;
  /** Session milliseconds. */
  now(): number;
  readonly said: SaidSoFar;
  /** How long after speech a final transcript takes, as the recogniser has announced it; undefined if it has not. */
  readonly sttFinalMs: number | undefined;
  /** How long the detector waits until it says that a voice has ended, as this session has shown; undefined until then. */
  readonly detectorMs: number | undefined;
  /**
   * Calls `run` once, unless what it was set for is over before: for a stop strategy the pause, for the others what the user
   * says now. The returned function takes it back.
   */
  after(delayMs: number, run: () => void): () => void;
  /** Fires when what is said now is over, or the user goes on: for work that is then no longer wanted. */
  readonly signal: AbortSignal;
  /** Fires when the session is over: for what is loaded once and outlasts a pause. */
  readonly sessionSignal: AbortSignal;
  /** Reports trouble as the trouble of this strategy. */
  fail(error: unknown): void;
  /** Tells the application something in its log, once a session for each text. */
  warn(message: string): void;
}

/** Hears signals; made once for each session. */
export type StrategyRun = (signal: TurnSignal) => void;

/**
 * Decides when what the user says becomes a turn. It hears all signals; `start()` counts while no turn is open. Several may
 * be given: the first to say so decides.
 *
 * @example
 * ```ts
 * const onCall: StartStrategy = {
 *   name: 'on call',
 *   unless: 'the bot was not called by its name',
 *   attach: (scope) => (signal) => {
 *     if (signal.type === 'final' && signal.text.startsWith('Computer')) scope.start();
 *   },
 * };
 * ```
 */
export interface StartStrategy {
  readonly name: string;
  /** Why speech is ignored that it does not take for a turn: the reason in `user-speech-ignored`. */
  readonly unless?: string;
  attach(scope: TurnScope & { start(): void }): StrategyRun;
}

/** Decides when the user has finished. `stop()` counts while a turn is open. Several may be given: the first to say so decides. */
export interface StopStrategy {
  readonly name: string;
  /** It knows more than how long the silence is: it looks at what was said, say. */
  readonly informed?: true;
  attach(scope: TurnScope & { stop(): void }): StrategyRun;
}

/** What an interruption strategy may do with a bot that speaks. */
export interface InterruptionScope extends TurnScope {
  /** Cuts the bot off: what the user says is a turn. */
  interrupt(): void;
  /** The bot falls silent, and will go on from there if the user turns out not to have meant it. */
  pause(): void;
  /** It goes on. */
  resume(): void;
}

/**
 * Decides whether what the user says while the bot speaks cuts the bot off. It hears the signals of such speech only; it may
 * say `interrupt()` at any of them. Speech that ends without having cut the bot is dropped, or kept until the bot has finished.
 */
export interface InterruptionStrategy {
  readonly name: string;
  /**
   * `keep`: what was said is answered when the bot has finished. `drop`: it is ignored, and `unless` is told as the reason. A
   * function decides by the text.
   */
  readonly otherwise: 'keep' | 'drop' | ((text: string) => 'keep' | 'drop');
  readonly unless?: string;
  /** Typed text does not cut the bot off either, and is kept. */
  readonly absolute?: true;
  attach(scope: InterruptionScope): StrategyRun;
}
