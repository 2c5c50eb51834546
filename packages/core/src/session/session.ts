import type { Observable } from 'rxjs';
import type { Clock } from '../clock/clock.js';
import type { Frame, FrameKind, FrameOf, FramePayload } from '../frames/frame.js';
import { FrameKinds } from '../frames/frame-kinds.js';
import type { UtteranceTraits } from '../frames/frame-map.js';
import { unfit } from '../pipeline/check-fit.js';
import { keepSubscribed } from '../pipeline/series.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { Joint } from '../processor/joint.js';
import { type Kernel, kernelKey } from '../processor/kernel.js';
import { Fenced } from '../rx/fenced.js';
import { addKinds } from './add-kinds.js';
import { errorPayload } from './error-payload.js';
import { Holds } from './holds.js';
import { Lifecycle } from './lifecycle.js';
import type { Logger } from './logger.js';
import type { SessionContext } from './session-context.js';
import { type ResolvedSessionOptions, resolveSessionOptions, type SessionOptions } from './session-options.js';
import { SessionRecord } from './session-record.js';
import type { SessionReport } from './session-report.js';
import type { SessionState } from './session-state.js';
import type { TappedFrame } from './tapped-frame.js';
import { tappedFrames } from './tapped-frames.js';

/** One conversation: its clock, its turn epoch, its pipeline at work. */
export interface Session {
  readonly id: string;
  readonly clock: Clock;
  readonly state: SessionState;
  /** The present turn epoch. */
  readonly turn: number;
  /** Fires when the session is over. */
  readonly signal: AbortSignal;
  /** Resolves, and never rejects, when the session is over, however it came to that. */
  readonly done: Promise<SessionReport>;
  /** Who handed which frame to whom, and when. Costs nothing while nobody listens. */
  readonly frames$: Observable<TappedFrame>;
  /** The state now, and each change of it. */
  readonly state$: Observable<SessionState>;
  /** Resolves when every processor is ready; rejects with what kept one from it, and then the session is over. */
  start(): Promise<void>;
  /** Makes a frame of the present turn, for `send`. */
  frame<K extends FrameKind>(kind: K, payload: FramePayload<K>): FrameOf<K>;
  /** Puts a frame in at the head of the pipeline. */
  send(frame: Frame): void;
  /** Lets the bot say this. `interruptible: false`: the user cannot cut it off. `aside`: it stays out of the conversation. */
  say(text: string, traits?: UtteranceTraits): void;
  /** Takes in no audio of the user any more; open speech is closed, and answered. */
  mute(): void;
  unmute(): void;
  /** Whether the user is not to be heard at present, for whatever reason. */
  readonly muted: boolean;
  /** The user's turn is over now, also while a detector hears a voice; what was said so far is answered. */
  forceReply(): void;
  /** Kills all work of the present turn, everywhere, before it returns. */
  interrupt(reason?: string): void;
  /** Plays what is queued, then stops; becomes a cancel after `drainMs`. Called again it can bring that nearer. */
  end(options?: { readonly drainMs?: number; readonly reason?: string }): Promise<SessionReport>;
  /** Stops at once. Always wins. */
  cancel(reason?: string): void;
}

/**
 * Makes a conversation out of a pipeline. Nothing runs until `start()`.
 *
 * @example
 * ```ts
 * const session = createSession(pipeline(defineProcessor('nothing', {})), { maxDurationMs: 60_000 });
 * await session.start();
 * const report = await session.end();
 * console.log(report.reason); // ended
 * ```
 */
export function createSession(pipeline: FrameProcessor, options: SessionOptions = {}): Session {
  const complaints = unfit(pipeline);
  if (complaints.length > 0) throw new TypeError(complaints.join(' '));
  return new PipelineSession(pipeline, resolveSessionOptions(options));
}

class PipelineSession implements Session, SessionContext {
  readonly [kernelKey]: Kernel;
  readonly id: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly kinds = new FrameKinds();
  readonly frames$: Observable<TappedFrame>;
  readonly #lifecycle: Lifecycle;
  readonly #record: SessionRecord;
  readonly #holds = new Holds();
  readonly #head: Joint;
  readonly #tail: Joint;
  readonly #onInterrupt: ((reason: string) => void)[] = [];
  /** On the clock: when the session began to run; until then its own time stands at 0. */
  #beganAt: number | undefined;
  #ids = 0;
  /** Who wants the user not to be heard. */
  readonly #mutes = new Set<string>();

  constructor(pipeline: FrameProcessor, options: ResolvedSessionOptions) {
    this.id = options.id;
    this.clock = options.clock;
    this.log = options.logger;
    // Who fails while the stages are being connected is heard once all of them are.
    let early: (() => void)[] | undefined = [];
    const kernel: Kernel = {
      kinds: this.kinds,
      epoch: 0,
      closed: false,
      tap: undefined,
      dropped: { stale: 0, closed: 0, overload: 0 },
      stages: [],
      now: () => this.now(),
      fail: (processor, error, up) => {
        const tell = (): void => up(this.frame('error', errorPayload(processor, error)));
        if (early === undefined) tell();
        else early.push(tell);
      },
      hold: (what) => this.#holds.take(what),
    };
    this[kernelKey] = kernel;
    this.#record = new SessionRecord(this, kernel);
    this.#lifecycle = new Lifecycle(options, {
      clock: this.clock,
      holds: this.#holds,
      guard: (run) => this.guard('session', run),
      began: () => {
        this.#beganAt = this.clock.now();
      },
      announce: (kind, reason) => this.#head.push(this.frame(kind, reason === undefined ? {} : { reason })),
      killTurn: () => this.#killTurn('The session was cancelled.'),
      shut: () => {
        kernel.closed = true;
      },
      failed: (error) => this.#record.see(this.frame('error', errorPayload('session', error))),
      report: (reason, detail) => this.#record.report(reason, detail),
    });
    this.frames$ = tappedFrames(kernel, (error) => this.fail('frames$', error));

    const receiveUp = (frame: Frame): void => this.#atTheTop(frame);
    this.#head = new Joint(kernel, 'session', pipeline.name, 'down', receiveUp);
    this.#tail = new Joint(kernel, 'session', pipeline.name, 'up', receiveUp);
    const top = new Joint(kernel, pipeline.name, 'session', 'up', receiveUp);
    const bottom = new Joint(kernel, pipeline.name, 'session', 'down', receiveUp);
    top.port.subscribe(receiveUp);
    bottom.port.subscribe((frame) => this.#lifecycle.see(frame));
    addKinds(this.kinds, pipeline);
    const output = pipeline.connect({ down$: this.#head.port, up$: this.#tail.port }, this);
    keepSubscribed(this, pipeline.name, output.down$, bottom.push, receiveUp);
    keepSubscribed(this, pipeline.name, output.up$, top.push, receiveUp);
    const waiting = early;
    early = undefined;
    for (const tell of waiting) tell();
  }

  get turn(): number {
    return this[kernelKey].epoch;
  }

  get signal(): AbortSignal {
    return this.#lifecycle.signal;
  }

  get state(): SessionState {
    return this.#lifecycle.state;
  }

  get state$(): Observable<SessionState> {
    const { state$ } = this.#lifecycle;
    return new Fenced(
      (error) => this.fail('state$', error),
      (subscriber) => state$.subscribe(subscriber),
    );
  }

  get done(): Promise<SessionReport> {
    return this.#lifecycle.done;
  }

  now(): number {
    return this.#beganAt === undefined ? 0 : this.clock.now() - this.#beganAt;
  }

  frame<K extends FrameKind>(kind: K, payload: FramePayload<K>, turn = this[kernelKey].epoch): FrameOf<K> {
    const frame: unknown = { kind, id: ++this.#ids, at: this.now(), turn, ...payload };
    // The compiler cannot see that the header and the payload of one kind make a frame of that kind.
    return frame as FrameOf<K>;
  }

  start(): Promise<void> {
    return this.#lifecycle.start();
  }

  send(frame: Frame): void {
    this.#lifecycle.mustHaveStarted('send');
    this.#lifecycle.see(frame);
    this.#head.push(frame);
  }

  say(text: string, traits: UtteranceTraits = {}): void {
    this.send(this.frame('tts-speak', { text, ...traits }));
  }

  get muted(): boolean {
    return this.#mutes.size > 0;
  }

  mute(source = 'application'): void {
    const before = this.muted;
    this.#mutes.add(source);
    if (!before) this.#head.push(this.frame('user-mute-started', {}));
  }

  unmute(source = 'application'): void {
    if (this.#mutes.delete(source) && !this.muted) this.#head.push(this.frame('user-mute-stopped', {}));
  }

  forceReply(): void {
    this.send(this.frame('force-reply', {}));
  }

  interrupt(reason = 'application', by?: string): void {
    if (this[kernelKey].closed) return;
    this.#record.interruptions++;
    this.#killTurn(reason);
    this.#head.push(this.frame('interruption', by === undefined ? { reason } : { reason, by }));
  }

  end(how: { readonly drainMs?: number; readonly reason?: string } = {}): Promise<SessionReport> {
    const { drainMs = 0 } = how;
    if (!(drainMs >= 0)) throw new RangeError(`drainMs is ${drainMs}; it is a number of milliseconds, 0 or more.`);
    return this.#lifecycle.end(how);
  }

  cancel(reason?: string): void {
    this.#lifecycle.cancel('cancelled', reason);
  }

  abort(reason: string): void {
    this.#lifecycle.cancel('failed', reason);
  }

  hold(what: string): () => void {
    return this.#holds.take(what);
  }

  onStart(run: () => void | Promise<void>): void {
    this.#lifecycle.onStart.push(run);
  }

  onInterrupt(run: (reason: string) => void): void {
    this.#onInterrupt.push(run);
  }

  /** Nobody replaces the whole. */
  onReplaced(): void {}

  onEnd(run: () => void): void {
    this.#lifecycle.onEnd.push(run);
  }

  onClose(run: () => void | Promise<void>): void {
    this.#lifecycle.whenClosed(run);
  }

  fail(processor: string, error: unknown): void {
    this[kernelKey].fail(processor, error, (frame) => this.#tail.push(frame));
  }

  guard(processor: string, run: () => void): void {
    try {
      const result: unknown = run();
      // Whoever writes `async` where nothing is awaited must not end the process with it.
      if (result instanceof Promise) result.catch((error: unknown) => this.fail(processor, error));
    } catch (error) {
      this.fail(processor, error);
    }
  }

  /** Raises the epoch and stops all that belongs to older ones, before any stage may go on with what survives. */
  #killTurn(reason: string): void {
    const kernel = this[kernelKey];
    kernel.epoch++;
    for (const stage of kernel.stages) this.guard('session', () => stage.abortTurn());
    for (const run of this.#onInterrupt) this.guard('session', () => run(reason));
    for (const stage of kernel.stages) this.guard('session', () => stage.resume());
  }

  #atTheTop(frame: Frame): void {
    this.#record.see(frame);
    this.#lifecycle.see(frame);
  }
}
