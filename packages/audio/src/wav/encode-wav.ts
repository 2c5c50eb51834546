import type { PcmAudio } from '@voxrill/core';
import { encodeAlaw } from '../g711/alaw.js';
import { encodeMulaw } from '../g711/mulaw.js';
import { requireWholeFrames } from '../pcm/require-whole-frames.js';
import { loadWavefile } from './load-wavefile.js';
import type { WavEncoding } from './wav-format.js';
import { wavefileCode } from './wavefile-code.js';

/** How samples are stored. */
export interface EncodeWavOptions {
  /** @defaultValue 'int16' */
  readonly encoding?: WavEncoding;
}

/**
 * Makes a whole WAV file of a piece of audio, by the `wavefile` package. For recordings of some length use `createWavWriter`.
 *
 * @example
 * ```ts
 * const bytes = await encodeWav({ samples: new Int16Array(16000), sampleRate: 16000, channels: 1 });
 * ```
 */
export async function encodeWav(audio: PcmAudio, options: EncodeWavOptions = {}): Promise<Uint8Array> {
  const { encoding = 'int16' } = options;
  requireWholeFrames('encodeWav', audio.samples.length, audio.channels);
  const { WaveFile } = loadWavefile();
  const file = new WaveFile();
  file.fromScratch(audio.channels, audio.sampleRate, wavefileCode[encoding], storedSamples(audio.samples, encoding));
  return file.toBuffer();
}

function storedSamples(samples: Int16Array, encoding: WavEncoding): ArrayLike<number> {
  switch (encoding) {
    case 'uint8':
      return Uint8Array.from(samples, (sample) => Math.min(255, Math.round(sample / 256) + 128));
    case 'int16':
      return samples;
    case 'int24':
      return Int32Array.from(samples, (sample) => sample * 2 ** 8);
    case 'int32':
      return Int32Array.from(samples, (sample) => sample * 2 ** 16);
    case 'float32':
    case 'float64':
      return Float64Array.from(samples, (sample) => sample / 2 ** 15);
    case 'mulaw':
      return encodeMulaw(samples);
    case 'alaw':
      return encodeAlaw(samples);
  }
}
