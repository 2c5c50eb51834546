import { bytesPerSample, type WavEncoding, type WavFormat } from './wav-format.js';

/** Length of the header that `makeWavHeader` makes. */
export const wavHeaderBytes = 44;

const tags = {
  uint8: 1,
  int16: 1,
  int24: 1,
  int32: 1,
  float32: 3,
  float64: 3,
  alaw: 6,
  mulaw: 7,
} as const satisfies Record<WavEncoding, number>;

/** The shortest header of a WAV file: RIFF, `fmt ` and the beginning of `data`, in 44 bytes. */
export function makeWavHeader(format: WavFormat, dataBytes: number): Uint8Array {
  const { encoding, sampleRate, channels, blockAlign } = format;
  const header = Buffer.alloc(wavHeaderBytes);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(tags[encoding], 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * blockAlign, 28);
  header.writeUInt16LE(blockAlign, 32);
  header.writeUInt16LE(8 * bytesPerSample[encoding], 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
