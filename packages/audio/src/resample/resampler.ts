import { float32ToInt16 } from '../pcm/float32-to-int16.js';
import { requireWholeFrames } from '../pcm/require-whole-frames.js';
import { PolyphaseChannel } from './polyphase-channel.js';
import { requireRate } from './require-rate.js';
import { sharedDesign } from './shared-design.js';

/** From which rate to which. */
export interface ResamplerOptions {
  /** Samples a second and channel of what goes in: a whole number from 1000 to 768000. */
  readonly fromRate: number;
  /** Samples a second and channel of what comes out: a whole number from 1000 to 768000. */
  readonly toRate: number;
  /**
   * Channels, interleaved in and out.
   * @defaultValue 1
   */
  readonly channels?: number;
}

/**
 * Changes the sample rate of a stream that comes in chunks of any size. What comes out does not depend on how the input
 * was cut, to the last bit. Output sample 0 lies at input sample 0, and after `flush` there are exactly
 * `ceil(n · toRate / fromRate)` samples a channel for `n` that went in.
 *
 * The filter is a Kaiser-windowed sinc: flat to 0.85 of the lower rate's Nyquist frequency, −100 dB at and above
 * it. It holds back 40 samples of the lower rate (`delayMs`). Equal rates are copied through without any delay.
 *
 * @example
 * ```ts
 * const resampler = new Resampler({ fromRate: 48000, toRate: 16000 });
 * const first = resampler.process(new Int16Array(960));
 * const last = resampler.flush();
 * ```
 */
export class Resampler {
  readonly fromRate: number;
  readonly toRate: number;
  readonly channels: number;
  /** How far the output lags behind the input, in milliseconds. */
  readonly delayMs: number;
  readonly #lookAhead: number;
  readonly #planes: readonly PolyphaseChannel[];

  constructor(options: ResamplerOptions) {
    const { fromRate, toRate, channels = 1 } = options;
    requireRate('Resampler: fromRate', fromRate);
    requireRate('Resampler: toRate', toRate);
    requireWholeFrames('Resampler', 0, channels);
    this.fromRate = fromRate;
    this.toRate = toRate;
    this.channels = channels;
    if (fromRate === toRate) {
      this.#planes = [];
      this.#lookAhead = 0;
    } else {
      const design = sharedDesign(fromRate, toRate);
      this.#planes = Array.from({ length: channels }, () => new PolyphaseChannel(design));
      this.#lookAhead = design.taps / 2;
    }
    this.delayMs = (this.#lookAhead / fromRate) * 1000;
  }

  /** Takes the next 16-bit samples and returns those that are ready, rounded and clipped. The result owns its memory. */
  process(samples: Int16Array): Int16Array {
    const frames = requireWholeFrames('Resampler', samples.length, this.channels);
    return this.#planes.length === 0 ? samples.slice() : float32ToInt16(this.#run(samples, 32768, frames));
  }

  /** The same for floats (full scale ±1), without rounding or clipping. */
  processFloat(samples: Float32Array): Float32Array {
    const frames = requireWholeFrames('Resampler', samples.length, this.channels);
    return this.#planes.length === 0 ? samples.slice() : this.#run(samples, 1, frames);
  }

  /** Ends the stream: returns what was held back. Afterwards a new stream may begin. */
  flush(): Int16Array {
    return float32ToInt16(this.flushFloat());
  }

  /** The same as floats. */
  flushFloat(): Float32Array {
    const rest = this.processFloat(new Float32Array(this.#lookAhead * this.channels));
    this.reset();
    return rest;
  }

  /** Drops what was held back, as after an interruption. Afterwards a new stream may begin. */
  reset(): void {
    for (const plane of this.#planes) plane.reset();
  }

  #run(samples: Int16Array | Float32Array, divisor: number, frames: number): Float32Array {
    const output = new Float32Array((this.#planes[0]?.outputLength(frames) ?? 0) * this.channels);
    this.#planes.forEach((plane, c) => {
      plane.process(samples, divisor, output, c, this.channels);
    });
    return output;
  }
}

/**
 * Changes the sample rate of a whole piece of 16-bit audio; see `Resampler` for the quality.
 *
 * @example
 * ```ts
 * const wideband = resample(new Int16Array(8000), { fromRate: 8000, toRate: 16000 });
 * ```
 */
export function resample(samples: Int16Array, options: ResamplerOptions): Int16Array {
  const resampler = new Resampler(options);
  const body = resampler.process(samples);
  const tail = resampler.flush();
  const whole = new Int16Array(body.length + tail.length);
  whole.set(body);
  whole.set(tail, body.length);
  return whole;
}
