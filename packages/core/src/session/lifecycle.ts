import type { Observable } from 'rxjs';
import type { Clock } from '../clock/clock.js';
import type { Frame, FrameKind } from '../frames/frame.js';
import { fencedController } from '../rx/fenced-controller.js';
import { BehaviorSubject } from '../rx/rxjs.js';
import type { Holds } from './holds.js';
import type { ResolvedSessionOptions } from './session-options.js';
import type { EndReason, SessionReport } from './session-report.js';
import type { SessionState } from './session-state.js';

/** What the lifecycle needs of its session. */
export interface LifecycleHost {
  readonly clock: Clock;
  readonly holds: Holds;
  guard(run: () => void): void;
  /** The session runs: its time begins. */
  began(): void;
  announce(kind: 'start' | 'end' | 'cancel', reason?: string): void;
  killTurn(): void;
  /** Takes down what went wrong while the session was being closed, when no frame is handed on any more. */
  failed(error: unknown): void;
  /** From now on no frame is handed on. */
  shut(): void;
  report(reason: EndReason, detail: string | undefined): SessionReport;
}

type Hook = () => void | Promise<void>;

/** Frames that show that somebody is there. */
const signsOfLife: ReadonlySet<FrameKind> = new Set<FrameKind>([
  'user-started-speaking',
  'user-stopped-speaking',
  'bot-started-speaking',
  'bot-stopped-speaking',
  'bot-spoke',
  'transcription',
  'interim-transcription',
  'input-text',
  'input-dtmf',
]);

/** The way of a session from created to closed. It owns the state, and is the only one that moves it. */
export class Lifecycle {
  readonly onStart: Hook[] = [];
  readonly onEnd: (() => void)[] = [];
  readonly #onClose: Hook[] = [];
  readonly done: Promise<SessionReport>;
  readonly #options: ResolvedSessionOptions;
  readonly #host: LifecycleHost;
  readonly #state = new BehaviorSubject<SessionState>('created');
  readonly #abort: AbortController;
  readonly #timers = new Map<string, () => void>();
  #cancelling = false;
  /** How the graceful end that is under way will be reported. */
  #ending: { as: EndReason; reason: string | undefined } = { as: 'ended', reason: undefined };
  /** On the clock: when the graceful end becomes a cancel. */
  #drainEndsAt = Number.POSITIVE_INFINITY;
  #finish: (report: SessionReport) => void = () => undefined;

  constructor(options: ResolvedSessionOptions, host: LifecycleHost) {
    this.#options = options;
    this.#host = host;
    this.#abort = fencedController((error) => host.failed(error));
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get state(): SessionState {
    return this.#state.value;
  }

  get state$(): Observable<SessionState> {
    return this.#state;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  mustHaveStarted(what: string): void {
    if (this.state === 'created' || this.state === 'starting')
      throw new Error(`${what}() was called before start() was done; await session.start() first.`);
  }

  async start(): Promise<void> {
    if (this.state !== 'created') throw new Error(`This session is ${this.state} already; a session starts once.`);
    this.#state.next('starting');
    const { startMs, maxDurationMs, drainMs } = this.#options;
    try {
      await this.#within(
        startMs,
        Promise.all(this.onStart.map(async (run) => run())),
        `Not every processor was ready within ${startMs} ms.`,
        this.signal,
      );
    } catch (error) {
      this.cancel('failed', error instanceof Error ? error.message : String(error));
      throw error;
    }
    this.#host.began();
    this.#state.next('running');
    if (Number.isFinite(maxDurationMs)) {
      const reason = `The session has lasted ${maxDurationMs} ms.`;
      this.#setTimer('max duration', maxDurationMs, () => this.end({ reason, drainMs }));
    }
    this.#watchIdle();
    this.#host.announce('start');
  }

  /** While an end is under way a further one can only bring its deadline nearer, or make a failure of it. */
  end(how: { readonly drainMs?: number; readonly reason?: string }, as: EndReason = 'ended'): Promise<SessionReport> {
    if (this.state === 'created' || this.state === 'starting') this.cancel(as === 'ended' ? 'cancelled' : as, how.reason);
    else if (this.state === 'running') this.#beginEnd(how.drainMs ?? this.#options.drainMs, as, how.reason);
    else if (this.state === 'ending') {
      if (as === 'failed' && this.#ending.as !== 'failed') this.#ending = { as, reason: how.reason };
      if (how.drainMs !== undefined) this.#drainWithin(how.drainMs);
    }
    return this.done;
  }

  #beginEnd(drainMs: number, as: EndReason, reason: string | undefined): void {
    this.#ending = { as, reason };
    this.#state.next('ending');
    this.#clearTimer('idle');
    for (const run of this.onEnd) this.#host.guard(run);
    if (!this.#is('ending')) return;
    this.#drainWithin(drainMs);
    void this.#drained().then((drained) => {
      if (drained) this.#endWell();
    });
  }

  #endWell(): void {
    this.#host.announce('end', this.#ending.reason);
    this.#close(this.#ending.as, this.#ending.reason);
  }

  #drainWithin(drainMs: number): void {
    const endsAt = this.#host.clock.now() + drainMs;
    if (endsAt >= this.#drainEndsAt) return;
    this.#drainEndsAt = endsAt;
    this.#clearTimer('drain');
    this.#setTimer('drain', drainMs, () => {
      // It may be that nothing is left to do, and only the last look at it is still to come.
      if (this.#host.holds.free) {
        this.#endWell();
        return;
      }
      const cut = `The end was cut short because these were not done: ${this.#host.holds.names.join(', ')}.`;
      const { as, reason } = this.#ending;
      if (as === 'failed') this.cancel(as, reason === undefined ? cut : `${reason} ${cut}`);
      else this.cancel('timed-out', cut);
    });
  }

  cancel(reason: EndReason, detail?: string): void {
    // What follows calls hooks and handlers, which may cancel as well.
    if (this.state === 'closed' || this.#cancelling) return;
    this.#cancelling = true;
    this.#host.killTurn();
    this.#host.announce('cancel', detail);
    this.#close(reason, detail);
  }

  /** What was opened while the session was being closed is let go of at once. */
  whenClosed(run: Hook): void {
    if (this.state !== 'closed') this.#onClose.push(run);
    else
      Promise.resolve()
        .then(run)
        .catch((error: unknown) => this.#host.failed(error));
  }

  /** Looks at a frame that has reached either end of the pipeline. */
  see(frame: Frame): void {
    if (this.#timers.has('idle') && signsOfLife.has(frame.kind)) this.#watchIdle();
    if (frame.kind !== 'error' || frame.usable || this.state === 'closed') return;
    const { onUnusable } = this.#options;
    const policy = typeof onUnusable === 'function' ? onUnusable(frame) : onUnusable;
    if (policy === 'cancel') this.cancel('failed', frame.message);
    else if (policy === 'end') void this.end({ reason: frame.message }, 'failed');
  }

  #is(state: SessionState): boolean {
    return this.state === state;
  }

  #close(reason: EndReason, detail: string | undefined): void {
    if (this.state === 'closed') return;
    this.#state.next('closed');
    this.#host.shut();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#abort.abort(new Error('The session is over.'));
    const { closeMs } = this.#options;
    const hooks = this.#onClose.map((run) => (async () => run())().catch((error: unknown) => this.#host.failed(error)));
    void this.#within(closeMs, Promise.all(hooks), `Not every processor had let go within ${closeMs} ms.`)
      .catch((error: unknown) => this.#host.failed(error))
      .then(() => {
        this.#state.complete();
        this.#finish(this.#host.report(reason, detail));
      });
  }

  /** Resolves when nothing holds, and nothing has taken hold again after everybody had a chance to. */
  async #drained(): Promise<boolean> {
    const { holds, clock } = this.#host;
    do {
      await holds.whenFree();
      await new Promise<void>((resolve) => {
        if (this.#is('ending')) this.#timers.set('drained', clock.setTimer(resolve, 0));
      });
    } while (!holds.free);
    return this.#is('ending');
  }

  #watchIdle(): void {
    const { idleMs } = this.#options;
    if (!Number.isFinite(idleMs)) return;
    this.#clearTimer('idle');
    this.#setTimer('idle', idleMs, () => {
      // Somebody is in the middle of something: a long sentence, a tool, a story that is being told.
      if (!this.#host.holds.free) this.#watchIdle();
      else void this.end({ reason: `Nobody has spoken or typed for ${idleMs} ms.` });
    });
  }

  #clearTimer(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }

  #setTimer(name: string, delayMs: number, run: () => unknown): void {
    const cancel = this.#host.clock.setTimer(() => {
      this.#timers.delete(name);
      run();
    }, delayMs);
    this.#timers.set(name, cancel);
  }

  /** Waits for `work`, but not for ever; its late failure is not left unhandled. */
  #within<T>(limitMs: number, work: Promise<T>, message: string, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => settle(() => reject(new Error('The session was cancelled while it was starting.')));
      const cancelTimer = this.#host.clock.setTimer(() => settle(() => reject(new Error(message))), limitMs);
      const settle = (how: () => void): void => {
        cancelTimer();
        signal?.removeEventListener('abort', onAbort);
        how();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      work.then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  }
}
