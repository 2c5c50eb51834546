import type { Frame, FrameKind } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { fromOperator, type OperatorOptions } from '../processor/from-operator.js';
import { filter } from '../rx/rxjs.js';

/** A filter makes nothing, so it adds nothing to what the stages behind it may count on. */
type FilterOptions = Pick<OperatorOptions, 'direction' | 'control'>;
type FilterProcessor = FrameProcessor<{ readonly emits: readonly [] }>;

/**
 * Lets through what `predicate` approves.
 *
 * @example
 * ```ts
 * const spoken = filterFrames('spoken', (frame) => frame.kind !== 'transcription' || frame.text !== '');
 * ```
 */
export function filterFrames(name: string, predicate: (frame: Frame) => boolean, options: FilterOptions = {}): FilterProcessor {
  return fromOperator(name, filter(predicate), { ...options, fit: { emits: [] } as const });
}

/** Lets through the kinds named, and control frames. */
export function onlyKinds(...kinds: readonly FrameKind[]): FilterProcessor {
  const wanted: ReadonlySet<string> = new Set(kinds);
  return filterFrames(`only ${kinds.join(', ')}`, (frame) => wanted.has(frame.kind));
}

/** Holds back the kinds named, control frames among them if they are named. */
export function exceptKinds(...kinds: readonly FrameKind[]): FilterProcessor {
  const unwanted: ReadonlySet<string> = new Set(kinds);
  return filterFrames(`except ${kinds.join(', ')}`, (frame) => !unwanted.has(frame.kind), { control: true });
}

/** Lets everything through: the empty branch of a `parallel`. */
export function identity(name = 'identity'): FilterProcessor {
  return defineProcessor(name, {}, { fit: { emits: [] } as const });
}
