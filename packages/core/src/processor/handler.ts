import type { Observable } from 'rxjs';
import type { Frame, FrameKind, FrameOf, FramePayload } from '../frames/frame.js';
import type { SessionContext } from '../session/session-context.js';

/**
 * What a handler may give back: nothing (the frame ends here), a frame, several, or something asynchronous. Asynchronous
 * work on the data lane is serial within its processor and dies with the turn it was begun in.
 */
export type HandlerResult =
  | void
  | undefined
  | Frame
  | Iterable<Frame>
  | Promise<void | undefined | Frame | Iterable<Frame>>
  | AsyncIterable<Frame>
  | Observable<Frame>;

/** What a stage may do at any time, also outside a handler: in a timer, a socket's callback. */
export interface StageScope {
  readonly session: SessionContext;
  readonly name: string;
  /** Makes a frame of the present turn, or of the one named. */
  frame<K extends FrameKind>(kind: K, payload: FramePayload<K>, turn?: number): FrameOf<K>;
  pushDown(frame: Frame): void;
  pushUp(frame: Frame): void;
  /** Sends one frame both ways. */
  broadcast(frame: Frame): void;
  /** Reports trouble upstream, as if it had been thrown by a handler. */
  fail(error: unknown): void;
}

/** What a handler gets beside its frame. */
export interface HandlerContext extends StageScope {
  /** The turn epoch in which the handler was called; frames made here belong to it. */
  readonly turn: number;
  /**
   * Fires when the work of this handler is no longer wanted: its turn was interrupted, or the session is over. What a
   * listener throws becomes an error frame, until the session is over. A listener on a signal of your own making, by
   * `AbortSignal.any` say, must not throw: Node ends the process.
   */
  readonly signal: AbortSignal;
}

/** A handler for frames of one kind. */
export type FrameHandler<K extends FrameKind = FrameKind> = (frame: FrameOf<K>, context: HandlerContext) => HandlerResult;

/** Handlers by kind; a kind that is not named passes through untouched. */
export type HandlerTable = { readonly [K in FrameKind]?: FrameHandler<K> };
