import type { SessionContext } from '../session/session-context.js';
import type { BotFloor } from './bot-floor.js';
import type { Episode } from './episode.js';
import type { TurnMachine } from './turn-machine.js';
import type { ResolvedTurnOptions } from './turn-options.js';
import type { TurnSignal } from './turn-strategy.js';

/** What a candidate needs of its controller. */
export interface CandidateHost {
  readonly session: SessionContext;
  readonly machine: TurnMachine;
  readonly floor: BotFloor;
  readonly saying: Episode;
  readonly options: ResolvedTurnOptions;
  /** The model hears the user itself: that no words are known does not mean that nothing was said. */
  readonly modelHears: boolean;
  /** Asks the interruption strategy. */
  judge(signal: TurnSignal): void;
  begin(): void;
}

/**
 * What is being said and is no turn yet. It becomes one when a start strategy takes it for one and nothing forbids it; while
 * the bot is heard the interruption strategy may. Else it is dropped with a reason, or kept until the bot has finished.
 */
export class Candidate {
  readonly #host: CandidateHost;
  /** A start strategy takes it for a turn. */
  #wanted = false;
  /** It may cut the bot off. */
  #allowed = false;

  constructor(host: CandidateHost) {
    this.#host = host;
  }

  want(): void {
    this.#wanted = true;
    this.tryToBegin();
  }

  /** Nobody takes it for a turn any more. */
  unwant(): void {
    this.#wanted = false;
  }

  allow(): void {
    this.#allowed = true;
    this.tryToBegin();
  }

  /** Who types means it. */
  type(): void {
    this.#wanted = true;
    this.#allowed ||= this.#host.options.interruption.absolute !== true;
  }

  hear(signal: TurnSignal): void {
    const { machine } = this.#host;
    if (machine.open || this.#mayBegin()) return;
    if (this.#wanted || machine.state.phase === 'listening') this.#host.judge(signal);
  }

  tryToBegin(): void {
    if (!this.#host.machine.open && this.#wanted && this.#mayBegin()) this.#host.begin();
  }

  /**
   * In the middle of an interruption no turn can be begun. Its frame says that it is over, but overtakes what the output says
   * if a handler on the way has interrupted.
   */
  beginSoon(): void {
    const { machine, saying } = this.#host;
    if (machine.state.phase === 'listening' && this.#wanted) saying.after(0, () => this.tryToBegin());
  }

  /** Speech that is over and did not become a turn is dropped, or kept. `giveUp`: its transcript is not waited for any more. */
  settle(giveUp: boolean): void {
    const { machine, floor, options, modelHears } = this.#host;
    const { phase, voice, outstanding } = machine.state;
    if (phase !== 'listening' || voice || (outstanding > 0 && !giveUp)) return;
    const { text } = machine.said;
    const { interruption, start } = options;
    if (text === '' && !modelHears) this.#drop('no words were understood');
    else if (!this.#wanted)
      this.#drop(start.map(({ unless, name }) => unless ?? `"${name}" did not take it for a turn`).join('; '));
    else if (this.#mayBegin()) this.#host.begin();
    else if (!floor.protected && this.#otherwise(text) === 'drop') this.#drop(interruption.unless ?? interruption.name);
  }

  /** It is over. */
  reset(): void {
    this.#wanted = false;
    this.#allowed = false;
  }

  #mayBegin(): boolean {
    const { floor } = this.#host;
    return !floor.protected && (!floor.audible || this.#allowed);
  }

  #otherwise(text: string): 'keep' | 'drop' {
    const { otherwise } = this.#host.options.interruption;
    if (typeof otherwise !== 'function') return otherwise;
    // What nobody can decide about is kept: it costs an answer at worst.
    let decided: 'keep' | 'drop' = 'keep';
    this.#host.session.guard('interruption', () => {
      decided = otherwise(text);
    });
    return decided;
  }

  #drop(reason: string): void {
    this.#host.machine.dispatch({ type: 'ignore', reason });
  }
}
