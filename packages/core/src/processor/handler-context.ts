import type { Frame, FrameKind, FrameOf, FramePayload } from '../frames/frame.js';
import { fencedController } from '../rx/fenced-controller.js';
import type { SessionContext } from '../session/session-context.js';
import type { HandlerContext, StageScope } from './handler.js';

/** What one call of a handler sees. Its signal is made only if somebody asks for it. */
export class Context implements HandlerContext {
  readonly turn: number;
  readonly #stage: StageScope;
  #abort: AbortController | undefined;
  #abortedWith: Error | undefined;

  constructor(stage: StageScope, turn: number) {
    this.#stage = stage;
    this.turn = turn;
  }

  get session(): SessionContext {
    return this.#stage.session;
  }

  get name(): string {
    return this.#stage.name;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = fencedController((error) => this.#stage.fail(error));
      if (this.#abortedWith !== undefined) this.#abort.abort(this.#abortedWith);
    }
    return this.#abort.signal;
  }

  frame<K extends FrameKind>(kind: K, payload: FramePayload<K>, turn = this.turn): FrameOf<K> {
    return this.#stage.session.frame(kind, payload, turn);
  }

  pushDown(frame: Frame): void {
    this.#stage.pushDown(frame);
  }

  pushUp(frame: Frame): void {
    this.#stage.pushUp(frame);
  }

  broadcast(frame: Frame): void {
    this.#stage.broadcast(frame);
  }

  fail(error: unknown): void {
    this.#stage.fail(error);
  }

  abort(reason: Error): void {
    this.#abortedWith = reason;
    this.#abort?.abort(reason);
  }
}
