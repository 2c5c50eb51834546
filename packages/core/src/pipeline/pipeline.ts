import type { Fit, FrameProcessor } from '../processor/frame-processor.js';
import type { ChainFit, Fitting } from './fit.js';
import { connectSeries } from './series.js';

/** Processors in a row, checked to fit; itself a processor. */
export interface Pipeline<F extends Fit = Fit> extends FrameProcessor<F> {
  readonly stages: readonly FrameProcessor[];
}

/**
 * Puts processors in a row: frames from the user go through them from first to last. Does not compile when a stage needs
 * frames that no stage before it makes; `createSession` says the same in a sentence, for those who write JavaScript.
 *
 * @example
 * ```ts
 * const shout = defineProcessor('shout', { down: { 'llm-text': (frame) => ({ ...frame, text: frame.text.toUpperCase() }) } });
 * const bot = pipeline(shout);
 * ```
 */
export function pipeline<const S extends readonly FrameProcessor[]>(...stages: S & Fitting<S>): Pipeline<ChainFit<S>> {
  return series('pipeline', stages);
}

/**
 * A part of a pipeline, as one processor: what its stages need may come from the stages before it, so it is checked where
 * it is put to use.
 *
 * @example
 * ```ts
 * const tidy = chain('tidy', defineProcessor('trim', { down: { transcription: (f) => ({ ...f, text: f.text.trim() }) } }));
 * ```
 */
export function chain<const S extends readonly FrameProcessor[]>(name: string, ...stages: S): Pipeline<ChainFit<S>> {
  return series(name, stages);
}

function series<F extends Fit>(name: string, stages: readonly FrameProcessor[]): Pipeline<F> {
  const repeated = stages.find((stage, i) => stages.indexOf(stage) !== i);
  if (repeated !== undefined) {
    throw new TypeError(`"${repeated.name}" stands in the pipeline twice; make a second one for the second place.`);
  }
  return {
    name,
    stages,
    composition: { kind: 'series', parts: stages },
    connect: (input, session) => connectSeries(stages, input, session),
  };
}
