import type { Frame } from '../frames/frame.js';
import { defineFrameKind } from '../frames/frame-kinds.js';
import type { FramePorts, FrameProcessor } from '../processor/frame-processor.js';
import { kernelKey } from '../processor/kernel.js';
import { Port } from '../rx/port.js';
import { merge } from '../rx/rxjs.js';
import type { SessionContext } from '../session/session-context.js';
import { connectSeries } from './series.js';

declare module '../frames/frame-map.js' {
  interface FrameMap {
    /** Follows a data frame through a branch of a `syncParallel`; where it comes out, the branch is done with that frame. */
    'sync-mark': object;
  }
}

/** It keeps its place among the data, and must come out also when what it follows is dead. */
export const syncMarkKind = defineFrameKind('sync-mark', { lane: 'data', survivesInterruption: true });

/**
 * The same branch, made so that a mark gets through it: a stage hands it on when it is done with what came before, and past
 * anything else, an operator that filters say, it is carried.
 */
export function letMarksThrough(branch: FrameProcessor): FrameProcessor {
  const { composition, name } = branch;
  if (composition?.kind !== 'series') return { name, connect: (input, session) => connectPart(branch, input, session) };
  const parts = composition.parts.map(letMarksThrough);
  return {
    name,
    composition: { kind: 'series', parts },
    connect: (input, session) => connectSeries(parts, input, session),
  };
}

function connectPart(part: FrameProcessor, input: FramePorts, session: SessionContext): FramePorts {
  const { stages } = session[kernelKey];
  const before = stages.length;
  const report = (error: unknown): void => session.fail(part.name, error);
  const down = withoutMarks(input.down$, report);
  const up = withoutMarks(input.up$, report);
  const output = part.connect({ down$: down.rest$, up$: up.rest$ }, session);
  if (stages.length > before) {
    // It has a stage, whose lane keeps the order: there the mark waits for its turn.
    down.marks$.subscribe((mark) => down.rest$.emit(mark));
    up.marks$.subscribe((mark) => up.rest$.emit(mark));
    return output;
  }
  return { down$: merge(output.down$, down.marks$), up$: merge(output.up$, up.marks$) };
}

function withoutMarks(source$: FramePorts['down$'], report: (error: unknown) => void) {
  const rest$ = new Port<Frame>(report);
  const marks$ = new Port<Frame>();
  source$.subscribe((frame) => (frame.kind === 'sync-mark' ? marks$ : rest$).emit(frame));
  return { rest$, marks$ };
}
