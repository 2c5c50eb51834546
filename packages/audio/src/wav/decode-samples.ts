import { decodeAlaw } from '../g711/alaw.js';
import { decodeMulaw } from '../g711/mulaw.js';
import { int16ToFloat32 } from '../pcm/int16-to-float32.js';
import { bytesPerSample, type WavEncoding } from './wav-format.js';

/** Turns stored samples, little-endian, into floats between -1 and 1. What floats say beyond that is kept. */
export function decodeSamples(bytes: Uint8Array, encoding: WavEncoding): Float32Array {
  if (encoding === 'mulaw') return int16ToFloat32(decodeMulaw(bytes));
  if (encoding === 'alaw') return int16ToFloat32(decodeAlaw(bytes));
  const width = bytesPerSample[encoding];
  const samples = new Float32Array(Math.floor(bytes.length / width));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (encoding) {
    case 'uint8':
      for (let i = 0; i < samples.length; i++) samples[i] = (view.getUint8(i) - 128) / 128;
      break;
    case 'int16':
      for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(2 * i, true) / 2 ** 15;
      break;
    case 'int24':
      for (let i = 0; i < samples.length; i++) {
        samples[i] = (view.getUint16(3 * i, true) + view.getInt8(3 * i + 2) * 2 ** 16) / 2 ** 23;
      }
      break;
    case 'int32':
      for (let i = 0; i < samples.length; i++) samples[i] = view.getInt32(4 * i, true) / 2 ** 31;
      break;
    case 'float32':
      for (let i = 0; i < samples.length; i++) samples[i] = finite(view.getFloat32(4 * i, true));
      break;
    case 'float64':
      for (let i = 0; i < samples.length; i++) samples[i] = finite(view.getFloat64(8 * i, true));
      break;
  }
  return samples;
}

/** One bad value would silence the whole reach of a resampling filter. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
