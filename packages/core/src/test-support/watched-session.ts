import { VirtualClock } from '../clock/virtual-clock.js';
import type { Frame, FrameKind } from '../frames/frame.js';
import { chain } from '../pipeline/pipeline.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { StageScope } from '../processor/handler.js';
import { createSession } from '../session/session.js';
import type { SessionOptions } from '../session/session-options.js';

function watch(name: string, frames: Frame[], direction: 'down' | 'up'): FrameProcessor {
  return {
    name,
    connect(input) {
      (direction === 'down' ? input.down$ : input.up$).subscribe((frame) => frames.push(frame));
      return input;
    },
  };
}

/** A session on a virtual clock around some processors, and what comes out of them at either end. */
export function watchedSession(options: SessionOptions, ...processors: readonly FrameProcessor[]) {
  const clock = new VirtualClock();
  const top: Frame[] = [];
  const bottom: Frame[] = [];
  const session = createSession(
    chain('root', watch('top', top, 'up'), ...processors, watch('last', bottom, 'down'), defineProcessor('end', {})),
    { clock, ...options },
  );
  const kinds = (): FrameKind[] => bottom.map(({ kind }) => kind);
  const errors = (): Frame[] => top.filter(({ kind }) => kind === 'error');
  const say = (text = 'a'): void => session.send(session.frame('llm-text', { text, response: 'r' }));
  return { clock, session, top, bottom, kinds, errors, say };
}

/** A processor that does nothing but to set hooks. */
export function hooked(set: (stage: StageScope) => void): FrameProcessor {
  return defineProcessor('hooked', (stage) => {
    set(stage);
    return {};
  });
}
