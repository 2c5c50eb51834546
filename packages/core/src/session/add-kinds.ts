import type { FrameKinds } from '../frames/frame-kinds.js';
import type { FrameProcessor } from '../processor/frame-processor.js';

/** Adds the kinds that the processors of a pipeline bring along. */
export function addKinds(kinds: FrameKinds, processor: FrameProcessor): void {
  for (const definition of processor.kinds ?? []) kinds.add(definition);
  for (const part of processor.composition?.parts ?? []) addKinds(kinds, part);
}
