import type { Episode } from './episode.js';
import type { TurnMachine } from './turn-machine.js';

/** Sees to it that a silence in which nothing happens ends the turn. */
export class Watchdog {
  readonly #pause: Episode;
  readonly #machine: TurnMachine;
  readonly #finish: () => void;
  #cancel: (() => void) | undefined;

  constructor(pause: Episode, machine: TurnMachine, finish: () => void) {
    this.#pause = pause;
    this.#machine = machine;
    this.#finish = finish;
  }

  /** Something has happened: the time counts from here. */
  watch(limitMs: number): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#machine.state.phase === 'pausing') this.#cancel = this.#pause.after(limitMs, this.#finish);
  }
}
