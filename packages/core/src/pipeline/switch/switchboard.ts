import type { Frame, FrameKind, FrameOf } from '../../frames/frame.js';
import type { FramePorts, FrameProcessor } from '../../processor/frame-processor.js';
import { Joint } from '../../processor/joint.js';
import { kernelKey } from '../../processor/kernel.js';
import { Fifo } from '../../rx/fifo.js';
import { Port } from '../../rx/port.js';
import { errorPayload } from '../../session/error-payload.js';
import type { SessionContext } from '../../session/session-context.js';
import { nameAtExit, tapExit } from '../exit-tap.js';
import { keepSubscribed } from '../series.js';
import { BranchSession } from './branch-session.js';
import { DoubtedOutput } from './doubted-output.js';
import { type FailoverPlan, FailoverRounds } from './failover-rounds.js';
import { metadataAgain } from './metadata-again.js';
import { SwitchRequest } from './switch-request.js';
import type { SwitchWork } from './switch-work.js';
import { WorkUnderWay } from './work-under-way.js';

type Direction = 'down' | 'up';

/** How a switch goes about its branches, resolved. */
export interface SwitchPlan {
  readonly name: string;
  readonly branches: ReadonlyMap<string, FrameProcessor>;
  readonly first: string;
  readonly warm: boolean;
  /** Undefined: an error goes its way, and nothing is switched. */
  readonly failover: FailoverPlan | undefined;
  readonly work: SwitchWork;
}

interface Branch {
  readonly name: string;
  readonly session: BranchSession;
  readonly down: Joint;
  readonly up: Joint;
  /** What its services have said of themselves, by direction and service. */
  readonly metadata: Map<string, { readonly frame: FrameOf<'service-metadata'>; readonly direction: Direction }>;
  /** The audio that it has had, also while it was not active. */
  readonly heard: WeakSet<Frame>;
  /** It was given speech whose end it has not been told. */
  hears: boolean;
}

/** These every branch gets, and they pass beside as well. */
const lifecycle: ReadonlySet<FrameKind> = new Set<FrameKind>(['start', 'end', 'cancel', 'interruption']);

/** A `switchable` in one session: hands frames to the active branch, and moves what is under way when that changes. */
export class Switchboard {
  readonly down$ = new Port<Frame>();
  readonly up$ = new Port<Frame>();
  readonly #plan: SwitchPlan;
  readonly #session: SessionContext;
  readonly #branches = new Map<string, Branch>();
  readonly #work: WorkUnderWay;
  readonly #rounds: FailoverRounds;
  readonly #doubted: DoubtedOutput;
  readonly #request: SwitchRequest;
  /** What has come in, so that what only passes is known from what a branch has made. Weak, as in `parallel`. */
  readonly #entered = new WeakSet<Frame>();
  readonly #gone = { down: new WeakSet<Frame>(), up: new WeakSet<Frame>() };
  readonly #inbox = new Fifo<{ readonly frame: Frame; readonly direction: Direction }>();
  /** What was handed to whoever took over last. */
  #moved = new WeakSet<Frame>();
  #active: string;
  #switches = 0;
  #switching = false;
  #notReady: { readonly branch: Branch; readonly error: FrameOf<'error'> } | undefined;

  constructor(plan: SwitchPlan, session: SessionContext) {
    this.#plan = plan;
    this.#session = session;
    this.#active = plan.first;
    this.#work = new WorkUnderWay(session, plan.work);
    this.#rounds = new FailoverRounds(plan.failover);
    this.#doubted = new DoubtedOutput(session, (frame, direction) => this.#leave(frame, direction));
    this.#request = new SwitchRequest(plan.name, session, {
      atSeam: () => !this.#switching && !this.#work.begun,
      betweenTurns: () => this.#work.betweenTurns,
      answerUntilMs: () => this.#work.answerUntilMs,
      switchTo: (to, reason) => this.#switchTo(to, reason),
    });
  }

  get active(): string {
    return this.#active;
  }

  use(to: string, when: 'at-once' | 'between-turns', reason: string): Promise<boolean> {
    this.#rounds.allow(to);
    return this.#request.ask(to, when, reason, to === this.#active);
  }

  connect(input: FramePorts): FramePorts {
    const outputs = [...this.#plan.branches].map(([name, processor]) => {
      const branch = this.#makeBranch(name, processor);
      this.#branches.set(name, branch);
      const ports = { down$: branch.down.port, up$: branch.up.port };
      return { branch, processor, output: branch.session.connecting(() => processor.connect(ports, branch.session)) };
    });
    for (const { branch, processor, output } of outputs) {
      const up = (frame: Frame): void => this.#fromBranch(branch, frame, 'up');
      keepSubscribed(branch.session, processor.name, output.down$, (frame) => this.#fromBranch(branch, frame, 'down'), up);
      keepSubscribed(branch.session, processor.name, output.up$, up, up);
    }
    input.down$.subscribe((frame) => this.#receive(frame, 'down'));
    input.up$.subscribe((frame) => this.#receive(frame, 'up'));
    return { down$: this.down$, up$: this.up$ };
  }

  #makeBranch(name: string, processor: FrameProcessor): Branch {
    const kernel = this.#session[kernelKey];
    const board = this;
    const up = (frame: Frame): void => this.#fromBranch(branch, frame, 'up');
    const branch: Branch = {
      name,
      session: new BranchSession(this.#session, {
        get active() {
          return board.#active === name;
        },
        up,
        notReady: (error) => this.#cannotStart(branch, error),
      }),
      down: new Joint(kernel, this.#plan.name, processor.name, 'down', up),
      up: new Joint(kernel, this.#plan.name, processor.name, 'up', up),
      metadata: new Map(),
      heard: new WeakSet(),
      hears: false,
    };
    return branch;
  }

  #receive(frame: Frame, direction: Direction): void {
    this.#entered.add(frame);
    this.#work.enter(frame, direction);
    if (lifecycle.has(frame.kind) || frame.kind === 'service-settings') {
      this.#handOut(frame, direction);
      return;
    }
    // What comes while the work is being moved must stay behind it.
    if (this.#switching) this.#inbox.push({ frame, direction });
    else this.#give(frame, direction);
    this.#request.look();
  }

  /** The active branch first: nobody else may answer. */
  #handOut(frame: Frame, direction: Direction): void {
    const active = this.#branches.get(this.#active);
    active?.[direction].push(frame);
    for (const branch of this.#branches.values()) if (branch !== active) branch[direction].push(frame);
    this.#leave(frame, direction);
    if (frame.kind === 'start') this.#startElsewhere();
    this.#request.look();
  }

  #give(frame: Frame, direction: Direction): void {
    const active = this.#branches.get(this.#active);
    if (active === undefined) return;
    if (frame.kind === 'vad-user-started-speaking') active.hears = true;
    if (frame.kind === 'vad-user-stopped-speaking') active.hears = false;
    if (frame.kind === 'input-audio' || frame.kind === 'speculation') this.#hand(frame, direction, active);
    else active[direction].push(frame);
    // An error of those behind is not this branch's to keep.
    if (frame.kind === 'error') this.#leave(frame, direction);
  }

  #hand(frame: Frame, direction: Direction, active: Branch): void {
    // Whoever takes over before a request is there must know that its answer need not be held any more.
    for (const branch of this.#plan.warm || frame.kind === 'speculation' ? [...this.#branches.values()] : [active]) {
      if (this.#plan.work.hears) branch.heard.add(frame);
      branch[direction].push(frame);
    }
  }

  #fromBranch(branch: Branch, frame: Frame, direction: Direction): void {
    const own = !this.#entered.has(frame);
    if (own && frame.kind === 'service-metadata')
      branch.metadata.set(`${direction} ${frame.service} ${frame.processor}`, { frame, direction });
    if (own && frame.kind === 'error') this.#failure(branch, frame, direction);
    else if (branch.name !== this.#active) return;
    else if (this.#plan.failover === undefined) this.#leave(frame, direction);
    else this.#doubted.pass(frame, direction, own);
  }

  /** Lets each frame out once in either direction, and takes down what that settles. */
  #leave(frame: Frame, direction: Direction): void {
    if (this.#gone[direction].has(frame)) return;
    this.#gone[direction].add(frame);
    const out = this.#entered.has(frame) ? this.#passed(frame, direction) : this.#made(frame, direction);
    (direction === 'down' ? this.down$ : this.up$).emit(out);
    this.#request.look();
  }

  #passed(frame: Frame, direction: Direction): Frame {
    if (direction === 'down') this.#work.passed(frame);
    return frame;
  }

  #made(own: Frame, direction: Direction): Frame {
    const { frame, result } = this.#work.settle(own);
    if (result) this.#rounds.succeeded();
    const maker = this.#plan.branches.get(this.#active);
    if (maker !== undefined) tapExit(this.#session[kernelKey], frame, nameAtExit(maker, direction), this.#plan.name, direction);
    return frame;
  }

  #failure(branch: Branch, error: FrameOf<'error'>, direction: Direction): void {
    const { name } = this.#plan;
    if (branch.name !== this.#active) {
      if (!error.usable) this.#rounds.useUp(branch.name);
      const message = `"${name}": the branch "${branch.name}", which is not active, has failed: ${error.message}`;
      this.#session.log.warn(message, { session: this.#session.id, category: error.category, processor: error.processor });
      return;
    }
    const to = this.#rounds.next(branch.name, error);
    if (to !== undefined) {
      const message = `${error.message.replace(/[^.!?]$/u, '$&.')} In "${name}", "${branch.name}" gives way to "${to}".`;
      this.#switchTo(to, error.message, { ...error, message, usable: true }, direction);
      return;
    }
    // What has failed is not tried again; a half transcript is better than none.
    this.#work.failed();
    this.#doubted.release();
    this.#leave(error, direction);
  }

  /** Before the session runs nothing can be sent: the branch that is not ready gives way when it starts. */
  #cannotStart(branch: Branch, error: unknown): boolean {
    if (this.#plan.failover === undefined) return false;
    this.#rounds.useUp(branch.name);
    const payload = errorPayload(branch.name, error);
    this.#session.log.warn(`"${this.#plan.name}": the branch "${branch.name}" could not be made ready: ${payload.message}`);
    if (branch.name === this.#active)
      this.#notReady = { branch, error: this.#session.frame('error', { ...payload, usable: false }) };
    return [...this.#branches.keys()].some((name) => !this.#rounds.isUsedUp(name));
  }

  #startElsewhere(): void {
    const notReady = this.#notReady;
    this.#notReady = undefined;
    if (notReady !== undefined) this.#failure(notReady.branch, notReady.error, 'up');
  }

  #switchTo(name: string, reason: string, cause?: Frame, direction: Direction = 'up'): void {
    const [from, to] = [this.#branches.get(this.#active), this.#branches.get(name)];
    if (from === undefined || to === undefined) return;
    const run = ++this.#switches;
    const outermost = !this.#switching;
    this.#switching = true;
    try {
      this.#active = name;
      this.#doubted.drop();
      this.#cutOff(from, reason);
      for (const frame of this.#work.closing()) this.#leave(frame, 'down');
      if (cause !== undefined) this.#leave(cause, direction);
      const switched = this.#session.frame('switched', { name: this.#plan.name, from: from.name, to: name, reason });
      this.#leave(switched, 'down');
      this.#leave(switched, 'up');
      for (const { frame, direction: way } of to.metadata.values()) this.#leave(metadataAgain(this.#session, frame), way);
      // Whoever takes over may fail at the first frame, and then somebody else has the rest already.
      this.#moved = new WeakSet();
      for (const { frame, of, again } of this.#work.replay()) {
        if (run !== this.#switches) break;
        this.#moved.add(of);
        if (!again && to.heard.has(frame)) continue;
        this.#entered.add(frame);
        // What is left of a text goes out no more than its whole, which has gone out already.
        if (frame !== of) this.#gone.down.add(frame);
        this.#give(frame, 'down');
      }
    } finally {
      if (outermost) this.#catchUp();
    }
  }

  #catchUp(): void {
    for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
      // It may have been a part of the work when that was moved.
      if (!this.#moved.has(next.frame)) this.#give(next.frame, next.direction);
    }
    this.#moved = new WeakSet();
    this.#switching = false;
    this.#request.switched(this.#active);
    this.#request.look();
  }

  /** What it has open is closed; what it makes of that is not heard. */
  #cutOff(branch: Branch, reason: string): void {
    if (branch.hears) {
      branch.hears = false;
      const speechAtMs = this.#session.now();
      const stopped = this.#session.frame('vad-user-stopped-speaking', { speechAtMs });
      // Past the joint: nobody who watches the session should take this for something that the user did.
      branch.session.guard(this.#plan.name, () => branch.down.port.emit(stopped));
    }
    branch.session.cut(reason);
  }
}
