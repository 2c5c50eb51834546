import type { FrameOf, StageScope } from '@voxrill/core';
import type { ResponseDesk } from './response-desk.js';

/**
 * An answer that was cut with its connection when a piece of it had been handed on already. Only the output knows whether a
 * word of it was heard; if none was, it is asked for again.
 */
export class CutAnswer {
  readonly #stage: StageScope;
  readonly #desk: ResponseDesk;
  #cut: ReturnType<ResponseDesk['lost']>;
  /** The response of which words were heard last. */
  #heard: string | undefined;

  constructor(stage: StageScope, desk: ResponseDesk) {
    this.#stage = stage;
    this.#desk = desk;
  }

  /** The connection is gone. `untold`: nothing of what has begun was handed on. */
  lost(untold: boolean): void {
    const cut = this.#desk.lost(untold);
    this.#cut = cut?.id === this.#heard ? undefined : cut;
  }

  heard({ response, text, state }: FrameOf<'bot-spoke'>): void {
    if (response === undefined) return;
    if (text !== '') this.#heard = response;
    const cut = this.#cut;
    if (cut?.id !== response || (text === '' && state === 'playing')) return;
    this.#cut = undefined;
    if (text === '' && cut.request.turn === this.#stage.session.turn) this.#desk.want(cut.request.params);
  }
}
