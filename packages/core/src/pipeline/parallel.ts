import type { Frame, FrameKind, Lane } from '../frames/frame.js';
import type { FrameKinds } from '../frames/frame-kinds.js';
import type { FramePorts, FrameProcessor } from '../processor/frame-processor.js';
import { Joint } from '../processor/joint.js';
import { kernelKey } from '../processor/kernel.js';
import { Fifo } from '../rx/fifo.js';
import { Port } from '../rx/port.js';
import type { SessionContext } from '../session/session-context.js';
import { nameAtExit, tapExit } from './exit-tap.js';
import type { ParallelFit } from './fit.js';
import { keepSubscribed } from './series.js';

/** These pass beside the branches as well, so that a branch that filters or hangs cannot hold them up. */
const lifecycle: ReadonlySet<FrameKind> = new Set<FrameKind>(['start', 'end', 'cancel', 'interruption', 'error']);

/**
 * Processors side by side. Each branch gets every frame; what several of them let pass untouched leaves once, when the
 * first branch lets it go. What a branch changes or makes leaves as its own frame.
 *
 * @example
 * ```ts
 * const logText = defineProcessor('log-text', (stage) => ({
 *   down: { 'llm-text': (frame) => { stage.session.log.info(frame.text); return frame; } },
 * }));
 * const both = parallel(logText, defineProcessor('count', { down: {} }));
 * ```
 */
export function parallel<const B extends readonly FrameProcessor[]>(...branches: B): FrameProcessor<ParallelFit<B>> {
  return {
    name: 'parallel',
    composition: { kind: 'parallel', parts: branches },
    connect: (input, session) => connectParallel(branches, input, session),
  };
}

function connectParallel(branches: readonly FrameProcessor[], input: FramePorts, session: SessionContext): FramePorts {
  if (branches.length === 0) return input;
  const kernel = session[kernelKey];
  const down$ = new Port<Frame>();
  const up$ = new Port<Frame>();
  const leaveDown = once((frame) => down$.emit(frame));
  const leaveUp = once((frame) => up$.emit(frame));

  const downJoints = branches.map((branch) => new Joint(kernel, 'parallel', branch.name, 'down', leaveUp));
  const upJoints = branches.map((branch) => new Joint(kernel, 'parallel', branch.name, 'up', leaveUp));
  const outputs = branches.map((branch, i) =>
    branch.connect({ down$: downJoints[i]?.port ?? input.down$, up$: upJoints[i]?.port ?? input.up$ }, session),
  );
  outputs.forEach((output, i) => {
    const branch = branches[i];
    if (branch === undefined) return;
    const [below, above] = [nameAtExit(branch, 'down'), nameAtExit(branch, 'up')];
    const down = (frame: Frame): void => {
      tapExit(kernel, frame, below, 'parallel', 'down');
      leaveDown(frame);
    };
    const up = (frame: Frame): void => {
      tapExit(kernel, frame, above, 'parallel', 'up');
      leaveUp(frame);
    };
    keepSubscribed(session, branch.name, output.down$, down, leaveUp);
    keepSubscribed(session, branch.name, output.up$, up, leaveUp);
  });

  const fanOut = (joints: readonly Joint[], leave: (frame: Frame) => void) =>
    inTurn(kernel.kinds, (frame) => {
      for (const joint of joints) joint.push(frame);
      if (lifecycle.has(frame.kind)) leave(frame);
    });
  input.down$.subscribe(fanOut(downJoints, leaveDown));
  input.up$.subscribe(fanOut(upJoints, leaveUp));
  return { down$, up$ };
}

/**
 * Lets each frame object out once. The set holds frames weakly: it forgets a frame when nobody can bring it again, so it
 * does not grow with the number of frames that have passed.
 */
function once(emit: (frame: Frame) => void): (frame: Frame) => void {
  const gone = new WeakSet<Frame>();
  return (frame) => {
    if (gone.has(frame)) return;
    gone.add(frame);
    emit(frame);
  };
}

/**
 * Lets the frames of each lane in one after the other: one that comes back while its predecessor is still being handed to
 * the branches waits, or a later branch would see the two the other way round.
 */
function inTurn(kinds: FrameKinds, run: (frame: Frame) => void): (frame: Frame) => void {
  const lanes: Record<Lane, { busy: boolean; readonly waiting: Fifo<Frame> }> = {
    media: { busy: false, waiting: new Fifo() },
    control: { busy: false, waiting: new Fifo() },
    data: { busy: false, waiting: new Fifo() },
  };
  return (frame) => {
    const lane = lanes[kinds.lane(frame.kind)];
    if (lane.busy) {
      lane.waiting.push(frame);
      return;
    }
    lane.busy = true;
    try {
      for (let next: Frame | undefined = frame; next !== undefined; next = lane.waiting.shift()) run(next);
    } finally {
      lane.busy = false;
    }
  };
}
