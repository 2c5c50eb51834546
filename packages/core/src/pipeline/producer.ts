import type { Frame, FrameKind } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { type Kernel, kernelKey } from '../processor/kernel.js';
import { Port } from '../rx/port.js';

/** A tap in one branch, and any number of places in which what it catches comes out again. */
export interface Producer<K extends FrameKind> {
  /** Put this where the frames are to be caught; they also go on along their own way. */
  readonly producer: FrameProcessor<{ readonly emits: readonly [] }>;
  /** Makes a processor that adds the caught frames to the stream it stands in. */
  consumer(name?: string): FrameProcessor<{ readonly emits: readonly K[] }>;
}

/**
 * Carries frames from one branch to another, past what lies between.
 *
 * @example
 * ```ts
 * const words = produce('words', ['transcription']);
 * const branches = parallel(words.producer, words.consumer());
 * ```
 */
export function produce<K extends FrameKind>(name: string, kinds: readonly K[]): Producer<K> {
  // One stream for each session, because one description serves many.
  const streams = new WeakMap<Kernel, Port<Frame>>();
  const streamOf = (kernel: Kernel): Port<Frame> => {
    const known = streams.get(kernel);
    if (known !== undefined) return known;
    const fresh = new Port<Frame>();
    streams.set(kernel, fresh);
    return fresh;
  };
  return {
    producer: defineProcessor(
      name,
      (stage) => {
        const out$ = streamOf(stage.session[kernelKey]);
        const down = Object.fromEntries(
          kinds.map((kind) => [
            kind,
            (frame: Frame) => {
              out$.emit(frame);
              return frame;
            },
          ]),
        );
        return { down };
      },
      { fit: { emits: [] } as const },
    ),
    consumer: (consumerName = `${name} consumer`) =>
      defineProcessor(
        consumerName,
        (stage) => {
          streamOf(stage.session[kernelKey]).subscribe((frame) => stage.session.guard(consumerName, () => stage.pushDown(frame)));
          return {};
        },
        { fit: { emits: kinds } },
      ),
  };
}
