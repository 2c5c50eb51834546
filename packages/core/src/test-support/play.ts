import { VirtualClock } from '../clock/virtual-clock.js';
import type { FrameOf } from '../frames/frame.js';
import { FrameKinds } from '../frames/frame-kinds.js';
import { createSession } from '../session/session.js';
import type { SessionReport } from '../session/session-report.js';
import type { Plan, Step } from './stage-spec.js';
import { World } from './world.js';

/** What became of a plan. */
export interface Played {
  readonly world: World;
  readonly report: SessionReport;
  /** Error frames that reached the head of the pipeline. */
  readonly errors: readonly FrameOf<'error'>[];
  readonly pendingTimers: number;
}

/** Runs a plan from start to close on a clock of its own. `onStep` looks at the world between two steps. */
export async function play(plan: Plan, onStep?: (world: World, step: Step) => void): Promise<Played> {
  // Nobody reads the stacks of errors that are thrown on purpose, and writing them takes two thirds of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await played(plan, onStep);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function played(plan: Plan, onStep?: (world: World, step: Step) => void): Promise<Played> {
  const clock = new VirtualClock();
  const world = new World(clock);
  const session = createSession(world.pipeline(plan.stages), { clock, drainMs: 20, onUnusable: 'report' });
  world.session = session;
  const kinds = new FrameKinds();
  if (plan.tapped) {
    session.frames$.subscribe(({ frame, from }) => {
      if (frame.turn !== session.turn && kinds.diesWithTurn(frame.kind)) {
        world.broken.push(`K3: the tap saw a stale ${frame.kind} from ${from}`);
      }
    });
  }
  await session.start();
  for (const step of plan.script) {
    if (step.afterMs > 0) await clock.advance(step.afterMs);
    carryOut(world, step);
    onStep?.(world, step);
  }
  await clock.advance(100);
  session.cancel('the plan is over');
  // Longer than the longest hanging handler.
  await clock.advance(1000);
  const report = await session.done;
  const errors = world.head.up.flatMap(({ frame }) => (frame.kind === 'error' ? [frame] : []));
  return { world, report, errors, pendingTimers: clock.pendingTimers };
}

function carryOut(world: World, step: Step): void {
  const { session } = world;
  switch (step.do) {
    case 'down':
      for (let i = 0; i < step.count; i++) session.send(world.make(step.kind));
      return;
    case 'up':
      for (let i = 0; i < step.count; i++) world.mouth?.pushUp(world.make(step.kind));
      return;
    case 'interrupt':
      world.interrupt();
      return;
    case 'cancel':
      session.cancel('the plan');
      return;
    case 'end':
      // Never rejects; `done` is looked at when the plan is over.
      void session.end({ reason: 'the plan' });
      return;
  }
}
