import type { Frame, FrameKind, FrameOf, FramePayload, Lane } from '../frames/frame.js';
import { Fifo } from '../rx/fifo.js';
import { Port } from '../rx/port.js';
import type { SessionContext } from '../session/session-context.js';
import { type AsyncResult, AsyncWork, isAsync, swallow } from './async-work.js';
import type { FrameHandler, HandlerTable, StageScope } from './handler.js';
import { Context } from './handler-context.js';
import { type Interruptible, type Kernel, kernelKey } from './kernel.js';

type Direction = 'down' | 'up';

interface Queued {
  readonly frame: Frame;
  readonly direction: Direction;
}

interface LaneState {
  readonly lane: Lane;
  /** A frame of this lane is in a handler, or its asynchronous work goes on. */
  busy: boolean;
  work: AsyncWork | undefined;
  readonly queue: Fifo<Queued>;
  overloaded: boolean;
}

/** How many frames may wait in one lane of one stage before the lane's overflow rule applies. */
export interface StageBounds {
  /** Beyond it the oldest waiting media frame is dropped, and counted. @defaultValue 500, ten seconds of 20 ms frames */
  readonly maxMedia: number;
  /** Beyond it a new data frame is refused, counted, and reported once as `overload`. @defaultValue 20_000 */
  readonly maxData: number;
}

const defaultBounds = { maxMedia: 500, maxData: 20_000 } as const satisfies StageBounds;

/**
 * The kernel of one processor in one session: three lanes, each of which handles one frame at a time, in order. Rules K1,
 * K2, K4 and K6 live here; `Joint` has K3 and K5, `AsyncWork` K7.
 */
export class Stage implements StageScope, Interruptible {
  readonly session: SessionContext;
  readonly name: string;
  readonly down$ = new Port<Frame>();
  readonly up$ = new Port<Frame>();
  readonly #kernel: Kernel;
  readonly #bounds: StageBounds;
  #down: HandlerTable = {};
  #up: HandlerTable = {};
  /** Nothing is under way or waiting: a frame that no handler wants may go straight through. */
  #idle = true;
  /** Asynchronous work of control handlers. */
  readonly #beside = new Set<AsyncWork>();
  readonly #lanes: Readonly<Record<Lane, LaneState>> = {
    media: laneState('media'),
    control: laneState('control'),
    data: laneState('data'),
  };

  constructor(name: string, session: SessionContext, bounds: StageBounds = defaultBounds) {
    this.name = name;
    this.session = session;
    this.#kernel = session[kernelKey];
    this.#bounds = bounds;
    this.#kernel.stages.push(this);
    session.onClose(() => this.#close());
  }

  handle(down: HandlerTable | undefined, up: HandlerTable | undefined): void {
    this.#down = bareTable(down);
    this.#up = bareTable(up);
  }

  readonly receiveDown = (frame: Frame): void => this.#receive(frame, 'down', handlerOf(this.#down, frame.kind));
  readonly receiveUp = (frame: Frame): void => this.#receive(frame, 'up', handlerOf(this.#up, frame.kind));

  frame<K extends FrameKind>(kind: K, payload: FramePayload<K>, turn?: number): FrameOf<K> {
    return this.session.frame(kind, payload, turn);
  }

  pushDown(frame: Frame): void {
    this.down$.emit(frame);
  }

  pushUp(frame: Frame): void {
    this.up$.emit(frame);
  }

  broadcast(frame: Frame): void {
    this.down$.emit(frame);
    this.up$.emit(frame);
  }

  fail(error: unknown): void {
    this.#kernel.fail(this.name, error, (frame) => this.pushUp(frame));
  }

  abortTurn(): void {
    const data = this.#lanes.data;
    if (data.work?.diesWithTurn === true) {
      const work = data.work;
      data.work = undefined;
      data.busy = false;
      work.abort(interrupted());
    }
  }

  /** What waits of the dead turn goes only now, so that a long queue does not keep the sink from being cleared. */
  resume(): void {
    const data = this.#lanes.data;
    const kernel = this.#kernel;
    if (!data.busy) this.#drain(data);
    else if (data.queue.length > 0) {
      kernel.dropped.stale += data.queue.filter(
        ({ frame }) => frame.turn === kernel.epoch || !kernel.kinds.diesWithTurn(frame.kind),
      );
    }
  }

  #receive(frame: Frame, direction: Direction, handler: FrameHandler | undefined): void {
    if (handler === undefined && this.#idle) {
      if (direction === 'down') this.down$.emit(frame);
      else this.up$.emit(frame);
      return;
    }
    const state = this.#lanes[this.#kernel.kinds.lane(frame.kind)];
    if (state.busy || state.queue.length > 0) {
      this.#enqueue(state, frame, direction);
      return;
    }
    this.#run(state, frame, direction, handler);
    if (!state.busy && state.queue.length > 0) this.#drain(state);
    else this.#updateIdle();
  }

  #enqueue(state: LaneState, frame: Frame, direction: Direction): void {
    if (state.lane === 'media' && state.queue.length >= this.#bounds.maxMedia) {
      state.queue.shift();
      this.#kernel.dropped.overload++;
    } else if (state.lane === 'data' && state.queue.length >= this.#bounds.maxData) {
      this.#kernel.dropped.overload++;
      if (state.overloaded) return;
      state.overloaded = true;
      const message = `"${this.name}" has ${this.#bounds.maxData} frames waiting and refuses more until it has caught up.`;
      const error = this.frame('error', { category: 'overload', message, processor: this.name, usable: true });
      this.pushUp(error);
      return;
    }
    state.queue.push({ frame, direction });
    this.#idle = false;
  }

  /** Handles one frame; on return the lane is busy only if asynchronous work was begun. */
  #run(state: LaneState, frame: Frame, direction: Direction, handler: FrameHandler | undefined): void {
    if (handler === undefined) {
      this.#emit(direction, frame);
      return;
    }
    state.busy = true;
    this.#idle = false;
    const context = new Context(this, this.#kernel.epoch);
    let asynchronous = false;
    try {
      const result = handler(frame, context);
      // JavaScript handlers may well say null where they mean nothing.
      if (result !== undefined && result !== null) {
        // The commonest first: looking for the marks of the others costs more than the whole rest.
        if ('kind' in result) this.#emit(direction, result);
        else if (isAsync(result)) {
          asynchronous = true;
          this.#begin(state, frame, direction, context, result);
        } else for (const made of result) this.#emit(direction, made);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      if (!asynchronous) state.busy = false;
    }
  }

  #begin(state: LaneState, frame: Frame, direction: Direction, context: Context, result: AsyncResult): void {
    const diesWithTurn = state.lane === 'data' && this.#kernel.kinds.diesWithTurn(frame.kind);
    if (this.#kernel.closed || (diesWithTurn && context.turn !== this.#kernel.epoch)) {
      // The handler itself closed the session, or interrupted its turn: what it began is dead already.
      state.busy = false;
      context.abort(this.#kernel.closed ? sessionOver() : interrupted());
      swallow(result);
      return;
    }
    const release = this.#kernel.hold(this.name);
    let starting = true;
    const work = new AsyncWork(diesWithTurn, {
      emit: (made) => this.#emit(direction, made),
      fail: (error) => this.fail(error),
      ended: () => {
        release();
        this.#leave(state, work);
        // Work that is over before it was begun goes back to the loop that called the handler, or the stack would grow.
        if (!starting && !state.busy) this.#drain(state);
      },
      aborted: (reason) => {
        context.abort(reason);
        release();
      },
    });
    // Control frames are never kept waiting: their asynchronous work runs beside the lane.
    if (state.lane === 'control') {
      this.#beside.add(work);
      state.busy = false;
    } else state.work = work;
    work.start(result);
    starting = false;
  }

  #leave(state: LaneState, work: AsyncWork): void {
    this.#beside.delete(work);
    if (state.work !== work) return;
    state.work = undefined;
    state.busy = false;
  }

  /** Works off what waits. A loop, so that frames pushed back and forth do not pile up on the call stack. */
  #drain(state: LaneState): void {
    while (!state.busy) {
      const next = state.queue.shift();
      if (next === undefined) break;
      const { frame, direction } = next;
      if (frame.turn !== this.#kernel.epoch && this.#kernel.kinds.diesWithTurn(frame.kind)) {
        this.#kernel.dropped.stale++;
        continue;
      }
      if (this.#kernel.closed) continue;
      this.#run(state, frame, direction, handlerOf(direction === 'down' ? this.#down : this.#up, frame.kind));
    }
    if (state.queue.length === 0) state.overloaded = false;
    this.#updateIdle();
  }

  #updateIdle(): void {
    const { media, control, data } = this.#lanes;
    this.#idle =
      !(media.busy || control.busy || data.busy) &&
      media.queue.length === 0 &&
      control.queue.length === 0 &&
      data.queue.length === 0;
  }

  #emit(direction: Direction, frame: Frame): void {
    if (direction === 'down') this.down$.emit(frame);
    else this.up$.emit(frame);
  }

  #close(): void {
    const reason = sessionOver();
    for (const state of Object.values(this.#lanes)) {
      state.queue.clear();
      state.work?.abort(reason);
      state.work = undefined;
    }
    for (const work of this.#beside) work.abort(reason);
    this.#beside.clear();
  }
}

function laneState(lane: Lane): LaneState {
  return { lane, busy: false, work: undefined, queue: new Fifo(), overloaded: false };
}

/** A copy without a prototype, so that a frame of kind "constructor" finds nothing. */
function bareTable(table: HandlerTable | undefined): HandlerTable {
  const bare: HandlerTable = Object.create(null);
  return Object.assign(bare, table);
}

function handlerOf<K extends FrameKind>(table: HandlerTable, kind: K): FrameHandler<K> | undefined {
  return table[kind];
}

const interrupted = (): Error => new Error('The turn was interrupted.');
const sessionOver = (): Error => new Error('The session is over.');
