import type { PcmAudio } from '@voxrill/core';
import { decodeAlaw } from '../g711/alaw.js';
import { decodeMulaw } from '../g711/mulaw.js';
import { toInt16 } from '../pcm/float32-to-int16.js';
import { MemorySource } from './byte-source.js';
import { loadWavefile } from './load-wavefile.js';
import { makeWavHeader, wavHeaderBytes } from './make-wav-header.js';
import { readWavHeader } from './read-wav-header.js';
import type { WavEncoding } from './wav-format.js';

/**
 * Reads a whole WAV file in memory, at its own rate and channels, by the `wavefile` package. Takes the same files as
 * `openWav`, which is the better choice for recordings of some length. Rejects with a `WavError`.
 *
 * @example
 * ```ts
 * const bytes = await encodeWav({ samples: new Int16Array(16000), sampleRate: 16000, channels: 1 });
 * const { samples, sampleRate, channels } = await decodeWav(bytes);
 * ```
 */
export async function decodeWav(bytes: Uint8Array): Promise<PcmAudio> {
  const source = new MemorySource(bytes);
  const { format, dataBytes = 0 } = await readWavHeader(source, 'the WAV data');
  const { WaveFile } = loadWavefile();
  // A plain header before the samples: wavefile takes unfilled sizes literally and does not look into WAVE_FORMAT_EXTENSIBLE.
  const plain = new Uint8Array(wavHeaderBytes + dataBytes);
  plain.set(makeWavHeader(format, dataBytes));
  plain.set(bytes.subarray(source.position, source.position + dataBytes), wavHeaderBytes);
  const stored = new WaveFile(plain).getSamples(true);
  return { samples: toSamples(stored, format.encoding), sampleRate: format.sampleRate, channels: format.channels };
}

function toSamples(stored: Float64Array, encoding: WavEncoding): Int16Array {
  switch (encoding) {
    case 'uint8':
      return Int16Array.from(stored, (value) => (value - 128) * 256);
    case 'int16':
      return Int16Array.from(stored);
    case 'int24':
      return Int16Array.from(stored, (value) => toInt16(value / 2 ** 23));
    case 'int32':
      return Int16Array.from(stored, (value) => toInt16(value / 2 ** 31));
    case 'float32':
    case 'float64':
      return Int16Array.from(stored, toFiniteInt16);
    case 'mulaw':
      return decodeMulaw(Uint8Array.from(stored));
    case 'alaw':
      return decodeAlaw(Uint8Array.from(stored));
  }
}

function toFiniteInt16(value: number): number {
  return Number.isFinite(value) ? toInt16(value) : 0;
}
