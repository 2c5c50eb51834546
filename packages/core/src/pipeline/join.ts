import type { Frame } from '../frames/frame.js';
import { kernelKey } from '../processor/kernel.js';
import { Fifo } from '../rx/fifo.js';
import { ServiceError } from '../services/service-error.js';
import type { SessionContext } from '../session/session-context.js';

/** What one data frame became in each branch. */
interface Batch {
  readonly mark: Frame;
  readonly enteredAt: number;
  /** What has come out, by branch. */
  readonly made: readonly Frame[][];
  /** The branches that are not done with it. */
  readonly open: Set<number>;
}

/** What a join is made for. */
export interface JoinOptions {
  readonly name: string;
  readonly branches: readonly string[];
  readonly joinMs: number;
  /** Beyond so many frames that wait to be joined the oldest leaves as it is. */
  readonly maxPending: number;
}

/** Where frames of a join go. */
export interface JoinPorts {
  /** Hands a frame to all branches. */
  enter(frame: Frame): void;
  leave(frame: Frame): void;
}

/**
 * One direction of a `syncParallel`: sends a mark behind each data frame, gathers what the branches make of it until the mark
 * has come out of all of them, and lets the batches go in the order in which their frames came.
 */
export class Join {
  readonly #session: SessionContext;
  readonly #options: JoinOptions;
  readonly #ports: JoinPorts;
  readonly #arriving = new Fifo<Frame>();
  readonly #pending: Batch[] = [];
  /** The marks of a join around this one are frames like any other. */
  readonly #marks = new WeakSet<Frame>();
  /** Branches that were given up on, and have not handed back all marks since: nobody waits for them meanwhile. */
  readonly #late = new Map<number, number>();
  #entering = false;
  #leaving = false;
  #cancelTimer: (() => void) | undefined;
  #release: (() => void) | undefined;

  constructor(session: SessionContext, options: JoinOptions, ports: JoinPorts) {
    this.#session = session;
    this.#options = options;
    this.#ports = ports;
    session.onInterrupt(() => this.#interrupted());
    session.onClose(() => this.#rest());
  }

  /** Lets a data frame in; one that comes back while its predecessor is being handed out waits, as every branch sees the same order. */
  enter(frame: Frame): void {
    this.#arriving.push(frame);
    if (this.#entering) return;
    this.#entering = true;
    try {
      for (let next = this.#arriving.shift(); next !== undefined; next = this.#arriving.shift()) this.#enter(next);
    } finally {
      this.#entering = false;
    }
  }

  /** A data frame has come out of a branch. */
  made(branch: number, frame: Frame): void {
    if (this.#marks.has(frame)) this.#done(branch, frame);
    else {
      const batch = this.#batchOf(branch);
      // Behind what waits of the same branch, or it would overtake its own elder.
      if (batch === undefined) this.#ports.leave(frame);
      else batch.made[branch]?.push(frame);
    }
  }

  #enter(frame: Frame): void {
    const { branches, maxPending } = this.#options;
    const mark = this.#session.frame('sync-mark', {}, frame.turn);
    const open = new Set(branches.keys());
    for (const branch of this.#late.keys()) open.delete(branch);
    const batch: Batch = { mark, enteredAt: this.#session.clock.now(), made: branches.map(() => []), open };
    this.#marks.add(mark);
    this.#pending.push(batch);
    for (const [branch, owed] of this.#late) this.#late.set(branch, owed + 1);
    this.#ports.enter(frame);
    this.#ports.enter(mark);
    if (this.#pending.length > maxPending) this.#giveUp(`it has ${maxPending} frames waiting`, 'overload');
    this.#letGo();
  }

  #done(branch: number, mark: Frame): void {
    const owed = this.#late.get(branch);
    const batch = this.#pending.find((pending) => pending.mark === mark);
    if (owed !== undefined) {
      if (owed > 1) this.#late.set(branch, owed - 1);
      else this.#late.delete(branch);
    }
    batch?.open.delete(branch);
    this.#letGo();
  }

  /** Where that which comes out of a branch now belongs: to the frame it works on, or behind what it made last. */
  #batchOf(branch: number): Batch | undefined {
    if (this.#late.has(branch)) return this.#pending.find(({ made }) => (made[branch]?.length ?? 0) > 0);
    return this.#pending.find(({ open }) => open.has(branch)) ?? this.#pending.at(-1);
  }

  #letGo(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    try {
      for (let head = this.#pending[0]; head !== undefined && head.open.size === 0; head = this.#pending[0]) this.#leave(head);
    } finally {
      this.#leaving = false;
      this.#rest();
      this.#watch();
    }
  }

  #leave(batch: Batch): void {
    this.#pending.shift();
    for (const frame of batch.made.flat()) this.#ports.leave(frame);
  }

  /** A graceful end waits for what waits here; a frame that was dealt with on the spot costs neither hold nor timer. */
  #watch(): void {
    const head = this.#pending[0];
    if (head === undefined || this.#session[kernelKey].closed) return;
    const { name, joinMs } = this.#options;
    this.#release = this.#session.hold(`${name}, joining`);
    if (!Number.isFinite(joinMs)) return;
    const delayMs = Math.max(0, head.enteredAt + joinMs - this.#session.clock.now());
    this.#cancelTimer = this.#session.clock.setTimer(
      () => this.#session.guard(name, () => this.#giveUp(`${joinMs} ms have passed`, 'timeout')),
      delayMs,
    );
  }

  #rest(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#release?.();
    this.#release = undefined;
  }

  /** Waits no longer for the branches that keep up the oldest frame, until they have caught up. */
  #giveUp(why: string, category: 'timeout' | 'overload'): void {
    const { name, branches } = this.#options;
    const head = this.#pending[0];
    if (head === undefined) return;
    const late = [...head.open];
    for (const branch of late) {
      this.#late.set(branch, this.#pending.filter(({ open }) => open.delete(branch)).length);
    }
    const names = late.map((branch) => `"${branches[branch] ?? ''}"`).join(', ');
    const message = `"${name}" goes on without ${names}, as ${why}: what comes of that branch now comes late.`;
    this.#session.fail(name, new ServiceError(category, message));
    this.#letGo();
  }

  /** Marks survive, and the batches are closed by them; what was made for the dead turn is let go of now. */
  #interrupted(): void {
    const { kinds, turn } = this.#session;
    for (const { made } of this.#pending) {
      for (const frames of made) {
        const alive = frames.filter((frame) => frame.turn === turn || !kinds.diesWithTurn(frame.kind));
        frames.splice(0, frames.length, ...alive);
      }
    }
  }
}
