import { codecNames } from './codec-names.js';
import { WavError } from './wav-error.js';

/** How one sample is stored. */
export type WavEncoding = 'uint8' | 'int16' | 'int24' | 'int32' | 'float32' | 'float64' | 'mulaw' | 'alaw';

/** What the `fmt ` chunk of a WAV file says. */
export interface WavFormat {
  readonly encoding: WavEncoding;
  /** Samples a second and channel. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Bytes of one sample on all channels. */
  readonly blockAlign: number;
}

/** Bytes of one sample on one channel. */
export const bytesPerSample = {
  uint8: 1,
  int16: 2,
  int24: 3,
  int32: 4,
  float32: 4,
  float64: 8,
  mulaw: 1,
  alaw: 1,
} as const satisfies Record<WavEncoding, number>;

const integers: Readonly<Record<number, WavEncoding>> = { 1: 'uint8', 2: 'int16', 3: 'int24', 4: 'int32' };
const floats: Readonly<Record<number, WavEncoding>> = { 4: 'float32', 8: 'float64' };
const extensibleTag = 0xfffe;
// Beyond the largest ambisonic recordings; more is a damaged header.
const maxChannels = 256;

/**
 * Reads a `fmt ` chunk (Microsoft, "Multiple channel audio data and WAVE files"). Samples of unusual width (12 or 20 bits)
 * lie at the top of the next whole number of bytes, so only that number matters. `name` is how errors call the file.
 */
export function parseWavFormat(chunk: Uint8Array, name: string): WavFormat {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const bits = view.getUint16(14, true);
  const blockAlign = view.getUint16(12, true);
  const outerTag = view.getUint16(0, true);
  // WAVE_FORMAT_EXTENSIBLE keeps the tag in the first two bytes of its sub-format.
  const tag = outerTag === extensibleTag && chunk.length >= 26 ? view.getUint16(24, true) : outerTag;
  if (channels === 0 || channels > maxChannels) {
    throw new WavError(`"${name}" says that it has ${channels} channels; export it again with 1 to ${maxChannels}.`);
  }
  if (sampleRate < 1000 || sampleRate > 768_000) {
    throw new WavError(`"${name}" says that it has ${sampleRate} samples a second; give it a rate from 8000 to 96000.`);
  }
  const stored = blockAlign / channels;
  const width = Number.isInteger(stored) && stored >= bits / 8 ? stored : Math.ceil(bits / 8);
  const encoding = encodingOf(tag, width);
  if (encoding === undefined) {
    throw new WavError(`"${name}" holds ${describe(tag, bits)}, which is not supported; convert it to 16-bit PCM first.`);
  }
  return { encoding, sampleRate, channels, blockAlign: bytesPerSample[encoding] * channels };
}

function encodingOf(tag: number, width: number): WavEncoding | undefined {
  switch (tag) {
    case 1:
      return integers[width];
    case 3:
      return floats[width];
    case 6:
      return width === 1 ? 'alaw' : undefined;
    case 7:
      return width === 1 ? 'mulaw' : undefined;
    default:
      return undefined;
  }
}

function describe(tag: number, bits: number): string {
  if (tag === 1) return `${bits}-bit PCM`;
  if (tag === 3) return `${bits}-bit float`;
  return codecNames.get(tag) ?? `audio of the unknown codec 0x${tag.toString(16).padStart(4, '0')}`;
}
