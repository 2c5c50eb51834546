import { KWeightedPower } from './k-weighting.js';
import { dbToPower, powerToDb } from './level.js';
import { requireWholeFrames } from './require-whole-frames.js';

/** What a `LoudnessMeter` listens to. */
export interface LoudnessOptions {
  /** Samples a second and channel; at least 8000. */
  readonly sampleRate: number;
  /** @defaultValue 1 */
  readonly channels?: number;
}

const absoluteGate = -70;
const binsPerUnit = 20;
// K-weighting can lift a full-scale signal by 4 dB and channels add up: +20 LUFS is above anything that can happen.
const binCount = (20 - absoluteGate) * binsPerUnit;

/**
 * Measures loudness after ITU-R BS.1770-5: K-weighted, in blocks of 400 ms that overlap by 75 %, integrated over
 * everything heard with the absolute gate at −70 LUFS and the relative gate 10 LU below. All channels weigh the same, as
 * in mono and stereo. Memory is constant: blocks are counted in bins of 0.05 LU, which only rounds the relative gate.
 *
 * @example
 * ```ts
 * const meter = new LoudnessMeter({ sampleRate: 16000 });
 * meter.push(new Int16Array(16000));
 * console.log(meter.momentary, meter.integrated);
 * ```
 */
export class LoudnessMeter {
  readonly #channels: readonly KWeightedPower[];
  readonly #sampleRate: number;
  /** Mean powers of the last four steps of 100 ms: together they are one block. */
  readonly #steps = new Float64Array(4);
  #stepCount = 0;
  #stepSum = 0;
  #stepFilled = 0;
  #stepEnd: number;
  #frames = 0;
  readonly #counts = new Uint32Array(binCount);
  readonly #powers = new Float64Array(binCount);

  constructor(options: LoudnessOptions) {
    const { sampleRate, channels = 1 } = options;
    if (!(sampleRate >= 8000)) throw new RangeError(`LoudnessMeter: sampleRate must be at least 8000, not ${sampleRate}.`);
    requireWholeFrames('LoudnessMeter', 0, channels);
    this.#sampleRate = sampleRate;
    this.#channels = Array.from({ length: channels }, () => new KWeightedPower(sampleRate));
    this.#stepEnd = this.#endOfStep(1);
  }

  /** Takes the next samples, interleaved. */
  push(samples: Int16Array): void {
    const channels = this.#channels.length;
    const length = requireWholeFrames('LoudnessMeter', samples.length, channels);
    for (let from = 0; from < length; ) {
      const to = Math.min(length, from + this.#stepEnd - this.#frames);
      this.#channels.forEach((channel, c) => {
        this.#stepSum += channel.push(samples, from, to, c, channels);
      });
      this.#stepFilled += to - from;
      this.#frames += to - from;
      from = to;
      if (this.#frames === this.#stepEnd) this.#closeStep();
    }
  }

  /** Loudness of the last 400 ms in LUFS; −Infinity until 400 ms were heard, and for silence. */
  get momentary(): number {
    return this.#stepCount < 4 ? -Infinity : lufs(this.#blockPower());
  }

  /** Gated loudness of everything heard in LUFS; −Infinity while no block was above the absolute gate. */
  get integrated(): number {
    const ungated = this.#meanFrom(0);
    if (ungated === 0) return -Infinity;
    return lufs(this.#meanFrom(bin(lufs(ungated) - 10)));
  }

  // 100 ms is not a whole number of samples at every rate (11025 Hz): each step ends at the nearest one.
  #endOfStep(step: number): number {
    return Math.round((step * this.#sampleRate) / 10);
  }

  #closeStep(): void {
    this.#steps[this.#stepCount % 4] = this.#stepSum / this.#stepFilled;
    this.#stepCount++;
    this.#stepSum = 0;
    this.#stepFilled = 0;
    this.#stepEnd = this.#endOfStep(this.#stepCount + 1);
    if (this.#stepCount < 4) return;
    const power = this.#blockPower();
    const at = bin(lufs(power));
    if (at < 0) return;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#powers[at] = (this.#powers[at] ?? 0) + power;
  }

  #blockPower(): number {
    return this.#steps.reduce((sum, power) => sum + power, 0) / 4;
  }

  #meanFrom(first: number): number {
    let count = 0;
    let power = 0;
    for (let i = Math.max(0, first); i < binCount; i++) {
      count += this.#counts[i] ?? 0;
      power += this.#powers[i] ?? 0;
    }
    return count === 0 ? 0 : power / count;
  }
}

/** BS.1770 puts a 997 Hz sine at full scale on one channel at −3.01 LUFS; −0.691 undoes the gain of K-weighting there. */
function lufs(power: number): number {
  return powerToDb(power) - 0.691;
}

/** The bin of a loudness; negative below the absolute gate. */
function bin(loudness: number): number {
  return Math.min(binCount - 1, Math.max(-1, Math.floor((loudness - absoluteGate) * binsPerUnit)));
}

/** Integrated loudness of a whole recording in LUFS; see `LoudnessMeter`. */
export function integratedLoudness(samples: Int16Array, options: LoudnessOptions): number {
  const meter = new LoudnessMeter(options);
  meter.push(samples);
  return meter.integrated;
}

/** The factor that brings audio from one loudness to another, both in LUFS. */
export function loudnessGain(fromLufs: number, toLufs: number): number {
  return Math.sqrt(dbToPower(toLufs - fromLufs));
}
