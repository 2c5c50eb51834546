import type { Frame } from '../frames/frame.js';
import type { FramePorts, FrameProcessor } from '../processor/frame-processor.js';
import { Joint } from '../processor/joint.js';
import { kernelKey } from '../processor/kernel.js';
import { Port } from '../rx/port.js';
import type { SessionContext } from '../session/session-context.js';
import { nameAtExit, tapExit } from './exit-tap.js';
import type { ParallelFit } from './fit.js';
import { Join, type JoinOptions } from './join.js';
import { keepSubscribed } from './series.js';
import { letMarksThrough, syncMarkKind } from './sync-mark.js';

/** Options of {@link syncParallel}. */
export interface SyncParallelOptions {
  /** @defaultValue 'sync-parallel' */
  readonly name?: string;
  /**
   * How long a frame waits for the slowest branch. Then it leaves with what there is, one error tells, and nobody waits for
   * that branch until it has caught up; what it still makes leaves by itself. @defaultValue 5_000
   */
  readonly joinMs?: number;
  /** How many frames may wait to be joined; beyond it the oldest does not wait any longer. @defaultValue 10_000 */
  readonly maxPending?: number;
}

/**
 * Processors side by side whose work is joined: each data frame goes to every branch, and what they have made of it leaves
 * together, in the order of the branches, when the last is done with it. The frame itself leaves once, if any of them lets
 * it pass. So a picture and the sentence about it, say, come out together. Frames leave in the order in which they came.
 *
 * Control frames and media do not wait: control passes beside the branches, which see it too, and media leaves as in
 * `parallel`. An interruption drops what waits of the dead turn.
 *
 * A branch is done with a frame when a mark, sent behind it on the data lane, has come out: every processor made by
 * `defineProcessor` or a service base class works on one data frame at a time and hands the mark on after all it made of the
 * frame before. Past operators and filters, which would swallow it, the mark is carried; what an operator makes later than
 * on the spot, by a timer say, leaves by itself. Of a `parallel` or a gate inside a branch it is enough that it lets the
 * mark pass. Throws a RangeError when an option is not positive.
 *
 * @example
 * ```ts
 * const caption = defineProcessor('caption', { down: { transcription: async (frame) => ({ ...frame, text: `“${frame.text}”` }) } });
 * const both = syncParallel(identity(), caption, { joinMs: 2000 });
 * ```
 */
export function syncParallel<const B extends readonly FrameProcessor[]>(...branches: B): FrameProcessor<ParallelFit<B>>;
export function syncParallel<const B extends readonly FrameProcessor[]>(
  ...branchesAndOptions: readonly [...branches: B, options: SyncParallelOptions]
): FrameProcessor<ParallelFit<B>>;
export function syncParallel(...given: readonly (FrameProcessor | SyncParallelOptions)[]): FrameProcessor {
  const branches = given.filter(isProcessor);
  const options = given.find((each): each is SyncParallelOptions => !isProcessor(each));
  const { name = 'sync-parallel', joinMs = 5_000, maxPending = 10_000 } = options ?? {};
  if (!(joinMs > 0)) throw new RangeError(`joinMs of "${name}" is ${joinMs}; it is a number of milliseconds, more than 0.`);
  if (!(maxPending >= 1)) throw new RangeError(`maxPending of "${name}" is ${maxPending}; it is a number of frames, 1 or more.`);
  const plan = { name, joinMs, maxPending, branches: branches.map((branch) => branch.name) };
  return {
    name,
    kinds: [syncMarkKind],
    composition: { kind: 'parallel', parts: branches },
    connect: (input, session) => connectJoined(branches.map(letMarksThrough), plan, input, session),
  };
}

function isProcessor(given: FrameProcessor | SyncParallelOptions): given is FrameProcessor {
  return 'connect' in given;
}

function connectJoined(
  branches: readonly FrameProcessor[],
  plan: JoinOptions,
  input: FramePorts,
  session: SessionContext,
): FramePorts {
  if (branches.length === 0) return input;
  const kernel = session[kernelKey];
  const down = side(plan, session);
  const up = side(plan, session);
  const downJoints = branches.map((branch) => new Joint(kernel, plan.name, branch.name, 'down', up.leave));
  const upJoints = branches.map((branch) => new Joint(kernel, plan.name, branch.name, 'up', up.leave));
  branches.forEach((branch, i) => {
    const [downJoint, upJoint] = [downJoints[i], upJoints[i]];
    if (downJoint === undefined || upJoint === undefined) return;
    const output = branch.connect({ down$: downJoint.port, up$: upJoint.port }, session);
    const [below, above] = [nameAtExit(branch, 'down'), nameAtExit(branch, 'up')];
    const leavesDown = (frame: Frame): void => {
      tapExit(kernel, frame, below, plan.name, 'down');
      down.from(i, frame);
    };
    const leavesUp = (frame: Frame): void => {
      tapExit(kernel, frame, above, plan.name, 'up');
      up.from(i, frame);
    };
    keepSubscribed(session, branch.name, output.down$, leavesDown, up.leave);
    keepSubscribed(session, branch.name, output.up$, leavesUp, up.leave);
  });
  input.down$.subscribe((frame) => down.receive(frame, downJoints));
  input.up$.subscribe((frame) => up.receive(frame, upJoints));
  return { down$: down.port, up$: up.port };
}

/** One direction: what goes in, what comes out, and what of it is joined. */
function side(plan: JoinOptions, session: SessionContext) {
  const { kinds } = session;
  const port = new Port<Frame>();
  const gone = new WeakSet<Frame>();
  let joints: readonly Joint[] = [];
  const leave = (frame: Frame): void => {
    if (gone.has(frame)) return;
    gone.add(frame);
    port.emit(frame);
  };
  const enter = (frame: Frame): void => {
    for (const joint of joints) joint.push(frame);
  };
  const join = new Join(session, plan, { enter, leave });
  return {
    port,
    leave,
    from: (branch: number, frame: Frame): void => {
      if (kinds.lane(frame.kind) === 'data') join.made(branch, frame);
      else leave(frame);
    },
    receive: (frame: Frame, to: readonly Joint[]): void => {
      joints = to;
      const lane = kinds.lane(frame.kind);
      if (lane === 'data') join.enter(frame);
      else {
        enter(frame);
        if (lane === 'control') leave(frame);
      }
    },
  };
}
