import { FrameVad } from './frame-vad.js';
import { LevelJudge } from './level-judge.js';
import type { VadEngine } from './vad-engine.js';
import { requireWithin, resolveVadOptions, type VadOptions } from './vad-options.js';

/** Options of {@link energyVad}. */
export interface EnergyVadOptions extends VadOptions {
  /**
   * How far above the background speech begins, in dB.
   * @defaultValue 4
   */
  readonly thresholdDb?: number;
  /**
   * What is softer than this is never speech, in dBFS.
   * @defaultValue -60
   */
  readonly minLevelDb?: number;
}

/**
 * Makes a detector without a model, for the smallest installs: the smoothed level of the voice band over an adaptive background.
 * Steady noise never triggers it; any sound that rises above it for `startMs` does.
 *
 * @throws RangeError when an option is out of its range.
 *
 * @example
 * ```ts
 * const vad = energyVad({ sampleRate: 8000, thresholdDb: 9 });
 * ```
 */
export function energyVad(options: EnergyVadOptions = {}): VadEngine {
  const { thresholdDb = 4, minLevelDb = -60 } = options;
  const resolved = resolveVadOptions('energyVad', options);
  requireWithin('energyVad: thresholdDb', thresholdDb, 1, 40);
  requireWithin('energyVad: minLevelDb', minLevelDb, -100, 0);
  const judge = new LevelJudge({ thresholdDb, minLevelDb });
  return new FrameVad({ name: 'energy', model: undefined, judge, options: resolved });
}
