import type { Clock } from '../clock/clock.js';
import type { FrameKind, FrameOf, FramePayload } from '../frames/frame.js';
import type { FrameKinds } from '../frames/frame-kinds.js';
import type { Kernel, kernelKey } from '../processor/kernel.js';
import type { Logger } from './logger.js';

/** What a processor may know of, and ask from, the conversation it takes part in. */
export interface SessionContext {
  /** @internal */
  readonly [kernelKey]: Kernel;
  readonly id: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly kinds: FrameKinds;
  /** The present turn epoch. Rises by one at each interruption. */
  readonly turn: number;
  /** Fires when the session is cancelled or has ended. */
  readonly signal: AbortSignal;
  /** Milliseconds since the session began to run; 0 until then. */
  now(): number;
  /** Makes a frame of the present turn, or of the one named. */
  frame<K extends FrameKind>(kind: K, payload: FramePayload<K>, turn?: number): FrameOf<K>;
  /**
   * Kills all work of the present turn, everywhere, before it returns. `by`: the name of the stage that asks; without it the
   * application counts as having asked.
   */
  interrupt(reason: string, by?: string): void;
  /** Whether the user is not to be heard at present. */
  readonly muted: boolean;
  /** From now on no audio of the user is taken in, until every source that asked for it has taken it back. */
  mute(source: string): void;
  unmute(source: string): void;
  /** The user's turn is over now; what was said so far is answered, or the conversation as it stands. */
  forceReply(): void;
  /** Asks for a graceful end, which may take `drainMs`. */
  end(how?: { readonly reason?: string; readonly drainMs?: number }): void;
  /** Ends the session at once, as failed: the line is dead, say. */
  abort(reason: string): void;
  /** Says that something is still to be done, which a graceful end should wait for, until the returned function is called. */
  hold(what: string): () => void;
  /** Runs before the first frame; the session is running once all of them have resolved. */
  onStart(run: () => void | Promise<void>): void;
  /** Runs inside each `interrupt()`, after the epoch has risen. Must be synchronous. */
  onInterrupt(run: (reason: string) => void): void;
  /** Runs when another part of the pipeline takes over what this one is doing, as in a switch: give up what was begun. */
  onReplaced(run: () => void): void;
  /** Runs when a graceful end begins: take no new input, finish what was begun. */
  onEnd(run: () => void): void;
  /** Runs when the session closes, for whatever reason: let go of everything. */
  onClose(run: () => void | Promise<void>): void;
  /** Reports trouble of the named processor, as its thrown error would. */
  fail(processor: string, error: unknown): void;
  /** The fence, for code that is not called by a joint: runs it and reports what it throws. */
  guard(processor: string, run: () => void): void;
}
