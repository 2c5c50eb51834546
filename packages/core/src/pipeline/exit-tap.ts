import type { Frame } from '../frames/frame.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { Kernel } from '../processor/kernel.js';

type Direction = 'down' | 'up';

/** Who hands on what leaves a processor in this direction: of a chain, the stage at that end. */
export function nameAtExit({ name, composition }: FrameProcessor, direction: Direction): string {
  if (composition?.kind !== 'series') return name;
  const last = direction === 'down' ? composition.parts.at(-1) : composition.parts[0];
  return last === undefined ? name : nameAtExit(last, direction);
}

/**
 * Shows the tap a frame that leaves a branch. Behind the branches stands no joint that knows which of them it came from, and
 * whoever accounts, records or traces must learn who has made it.
 */
export function tapExit(kernel: Kernel, frame: Frame, from: string, to: string, direction: Direction): void {
  if (kernel.tap === undefined || kernel.closed) return;
  if (frame.turn !== kernel.epoch && kernel.kinds.diesWithTurn(frame.kind)) return;
  kernel.tap({ frame, from, to, direction, at: kernel.now() });
}
