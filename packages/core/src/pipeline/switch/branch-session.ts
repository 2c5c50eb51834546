import type { Clock } from '../../clock/clock.js';
import type { Frame, FrameKind, FrameOf, FramePayload } from '../../frames/frame.js';
import type { FrameKinds } from '../../frames/frame-kinds.js';
import { type Interruptible, type Kernel, kernelKey } from '../../processor/kernel.js';
import type { Logger } from '../../session/logger.js';
import type { SessionContext } from '../../session/session-context.js';

/** What a branch's view of the session needs of whoever owns the branch. */
export interface BranchHost {
  readonly active: boolean;
  /** Takes an error of the branch. */
  up(frame: Frame): void;
  /** A processor of the branch could not be made ready; true when the session may start all the same. */
  notReady(error: unknown): boolean;
}

/**
 * The session as one branch of several sees it. While the branch is inactive it can neither interrupt nor end the session,
 * nor keep it from ending, nor mute the user, and its errors go to its owner. Its work can be cut off alone, as an interruption would.
 */
export class BranchSession implements SessionContext {
  readonly [kernelKey]: Kernel;
  readonly #session: SessionContext;
  readonly #host: BranchHost;
  readonly #onInterrupt: ((reason: string) => void)[] = [];
  readonly #onReplaced: (() => void)[] = [];
  readonly #holds = new Set<() => void>();
  readonly #muting = new Set<string>();
  #stages: readonly Interruptible[] = [];

  constructor(session: SessionContext, host: BranchHost) {
    this[kernelKey] = session[kernelKey];
    this.#session = session;
    this.#host = host;
  }

  get id(): string {
    return this.#session.id;
  }

  get clock(): Clock {
    return this.#session.clock;
  }

  get log(): Logger {
    return this.#session.log;
  }

  get kinds(): FrameKinds {
    return this.#session.kinds;
  }

  get turn(): number {
    return this.#session.turn;
  }

  get signal(): AbortSignal {
    return this.#session.signal;
  }

  now(): number {
    return this.#session.now();
  }

  frame<K extends FrameKind>(kind: K, payload: FramePayload<K>, turn?: number): FrameOf<K> {
    return this.#session.frame(kind, payload, turn);
  }

  interrupt(reason: string, by?: string): void {
    if (this.#host.active) this.#session.interrupt(reason, by);
  }

  end(how?: { readonly reason?: string; readonly drainMs?: number }): void {
    if (this.#host.active) this.#session.end(how);
  }

  abort(reason: string): void {
    if (this.#host.active) this.#session.abort(reason);
  }

  get muted(): boolean {
    return this.#session.muted;
  }

  mute(source: string): void {
    if (!this.#host.active) return;
    this.#muting.add(source);
    this.#session.mute(source);
  }

  unmute(source: string): void {
    // What another branch has muted under the same name is not this one's to take back.
    if (this.#muting.delete(source)) this.#session.unmute(source);
  }

  forceReply(): void {
    if (this.#host.active) this.#session.forceReply();
  }

  hold(what: string): () => void {
    if (!this.#host.active) return () => undefined;
    const taken = this.#session.hold(what);
    const release = (): void => {
      this.#holds.delete(release);
      taken();
    };
    this.#holds.add(release);
    return release;
  }

  onStart(run: () => void | Promise<void>): void {
    this.#session.onStart(async () => {
      try {
        await run();
      } catch (error) {
        if (!this.#host.notReady(error)) throw error;
      }
    });
  }

  onInterrupt(run: (reason: string) => void): void {
    this.#onInterrupt.push(run);
    this.#session.onInterrupt(run);
  }

  onEnd(run: () => void): void {
    this.#session.onEnd(run);
  }

  onClose(run: () => void | Promise<void>): void {
    this.#session.onClose(run);
  }

  fail(processor: string, error: unknown): void {
    this[kernelKey].fail(processor, error, (frame) => this.#host.up(frame));
  }

  guard(processor: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.fail(processor, error);
    }
  }

  /** Runs `connect`, and remembers the stages that it makes as those of this branch. */
  connecting<T>(connect: () => T): T {
    const { stages } = this[kernelKey];
    const before = stages.length;
    const connected = connect();
    this.#stages = stages.slice(before);
    return connected;
  }

  onReplaced(run: () => void): void {
    this.#onReplaced.push(run);
    // A switch within a switch: the branch around it may be left as well.
    this.#session.onReplaced(run);
  }

  /** Kills all work of the present turn in this branch, and empties the queues of its stages. */
  cut(reason: string): void {
    for (const stage of this.#stages) this.guard('switchable', () => stage.abortTurn());
    for (const run of this.#onInterrupt) this.guard('switchable', () => run(reason));
    for (const run of this.#onReplaced) this.guard('switchable', run);
    this.#emptyQueues();
    for (const release of [...this.#holds]) release();
    for (const source of [...this.#muting]) this.unmute(source);
  }

  /** A stage of a closed session drops what waits, without handling it: for this moment the session is closed to them. */
  #emptyQueues(): void {
    const kernel = this[kernelKey];
    const { closed } = kernel;
    kernel.closed = true;
    try {
      for (const stage of this.#stages) stage.resume();
    } finally {
      kernel.closed = closed;
    }
  }
}
