import { requireRate } from '../resample/require-rate.js';

/** What all detectors are told. */
export interface VadOptions {
  /**
   * Rate of the samples that the engine will be given, a whole number from 1000 to 768000; a telephone has 8000.
   * @defaultValue 16000
   */
  readonly sampleRate?: number;
  /**
   * How much speech it takes to say that speech has begun. Shorter sounds are ignored, however loud or voice-like.
   * @defaultValue 160
   */
  readonly startMs?: number;
  /**
   * How long after the last speech it is held to be over.
   * @defaultValue 500
   */
  readonly stopMs?: number;
  /**
   * How much audio before the beginning belongs to the utterance, for whoever cuts it out.
   * @defaultValue 300
   */
  readonly prefixMs?: number;
}

/** The same, complete. */
export type ResolvedVadOptions = Required<VadOptions>;

const defaults = { sampleRate: 16000, startMs: 160, stopMs: 500, prefixMs: 300 } as const satisfies ResolvedVadOptions;

/** Fills in the defaults. `name` is the factory's, for the messages of the errors. */
export function resolveVadOptions(name: string, options: VadOptions): ResolvedVadOptions {
  const { sampleRate = defaults.sampleRate, startMs = defaults.startMs } = options;
  const { stopMs = defaults.stopMs, prefixMs = defaults.prefixMs } = options;
  requireRate(`${name}: sampleRate`, sampleRate);
  requireWithin(`${name}: startMs`, startMs, 32, 1000);
  requireWithin(`${name}: stopMs`, stopMs, 32, 10_000);
  requireWithin(`${name}: prefixMs`, prefixMs, 0, 1_000);
  return { sampleRate, startMs, stopMs, prefixMs };
}

/** @throws RangeError that names the option when the value does not lie between the two limits. */
export function requireWithin(option: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw new RangeError(`${option} must be a number from ${least} to ${most}, not ${value}.`);
}
