import type { ServiceCall } from '@voxrill/core';
import { requireWithin } from '../vad/vad-options.js';
import type { TurnModelEngine } from './turn-model-engine.js';
import { TurnThread } from './turn-thread.js';

/** Options of {@link onnxTurnModel}. */
export interface OnnxTurnModelOptions {
  /** The ONNX file; its input is `input_features`, float32 [1, 80, 800], its output one probability. */
  readonly path: string;
  /** From which probability on a turn counts as complete. @defaultValue 0.5 */
  readonly threshold?: number;
  /** How long a prediction may take; 10 to 100 ms are usual for Smart Turn on one core. @defaultValue 1_000 */
  readonly limitMs?: number;
}

/** A turn model from a file. */
export interface OnnxTurnModel extends TurnModelEngine {
  /** Ends its thread. Not needed for the process to end. */
  close(): Promise<void>;
}

/**
 * An end-of-turn model by file, with the signature of Smart Turn v3: it hears from the melody and the rhythm of the last 8 s
 * whether a pause is the end. No model comes with this package; the file is run by the onnxruntime of `@ricky0123/vad-node`,
 * in a thread of its own that all sessions share.
 *
 * A missing or unfit file is told when the session starts.
 *
 * @throws TypeError without a path, RangeError when a number is out of its range.
 *
 * @example
 * ```ts
 * const verdicts = turnModel(onnxTurnModel({ path: 'models/smart-turn-v3.2-cpu.onnx', threshold: 0.6 }));
 * ```
 */
export function onnxTurnModel(options: OnnxTurnModelOptions): OnnxTurnModel {
  const { path, threshold = 0.5, limitMs = 1_000 } = options;
  if (typeof path !== 'string' || path === '') throw new TypeError('onnxTurnModel: path must be the path of an ONNX file.');
  requireWithin('onnxTurnModel: threshold', threshold, 0.01, 0.99);
  requireWithin('onnxTurnModel: limitMs', limitMs, 10, 60_000);
  const thread = new TurnThread(path);
  return {
    name: 'onnx turn model',
    threshold,
    limitMs,
    prepare: ({ clock }: ServiceCall) => clock.external(thread.start()),
    predict: async (samples, { clock, signal }) => ({ probability: await clock.external(thread.ask(samples, signal)) }),
    close: () => thread.close(),
  };
}
