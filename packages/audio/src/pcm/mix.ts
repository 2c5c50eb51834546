/** One stream of a mix. */
export interface MixInput {
  readonly samples: Int16Array;
  /**
   * Factor for the samples; `dbToGain` makes one of decibels.
   * @defaultValue 1
   */
  readonly gain?: number;
}

/**
 * Adds several streams of the same rate and channels, each with its gain. The mix is as long as the longest; shorter ones
 * end in silence. Sums beyond 16 bits saturate instead of wrapping round. The addition is done in full precision first, so
 * that the order of the inputs does not matter.
 *
 * @example
 * ```ts
 * const [voice, music] = [new Int16Array(320), new Int16Array(320)];
 * const mixed = mix([{ samples: voice }, { samples: music, gain: 0.2 }]);
 * ```
 */
export function mix(inputs: readonly MixInput[]): Int16Array {
  const sums = new Float64Array(Math.max(0, ...inputs.map((input) => input.samples.length)));
  for (const { samples, gain = 1 } of inputs) {
    if (!Number.isFinite(gain)) throw new RangeError(`mix: gain must be a finite number, not ${gain}.`);
    for (let i = 0; i < samples.length; i++) sums[i] = (sums[i] ?? 0) + (samples[i] ?? 0) * gain;
  }
  const mixed = new Int16Array(sums.length);
  for (let i = 0; i < sums.length; i++) mixed[i] = Math.max(-32768, Math.min(32767, Math.round(sums[i] ?? 0)));
  return mixed;
}
