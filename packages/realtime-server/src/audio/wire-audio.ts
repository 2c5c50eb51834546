import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw, pcmFromBytes, pcmToBytes, resample } from '@voxrill/audio';
import { type RealtimeAudioFormat, realtimeAudioRate } from '@voxrill/openai';

/** Samples in the format of the wire. */
export function bytesOf(samples: Int16Array, format: RealtimeAudioFormat): Uint8Array {
  switch (format.type) {
    case 'audio/pcm':
      return pcmToBytes(samples);
    case 'audio/pcmu':
      return encodeMulaw(samples);
    case 'audio/pcma':
      return encodeAlaw(samples);
  }
}

/** Samples of bytes in the format of the wire; half a sample at the end is dropped. */
export function samplesOf(bytes: Uint8Array, format: RealtimeAudioFormat): Int16Array {
  switch (format.type) {
    case 'audio/pcm':
      return pcmFromBytes(bytes.subarray(0, bytes.length & ~1));
    case 'audio/pcmu':
      return decodeMulaw(bytes);
    case 'audio/pcma':
      return decodeAlaw(bytes);
  }
}

/** The same audio in another format of the wire. */
export function converted(bytes: Uint8Array, from: RealtimeAudioFormat, to: RealtimeAudioFormat): Uint8Array {
  if (from.type === to.type) return bytes;
  const [fromRate, toRate] = [realtimeAudioRate(from).sampleRate, realtimeAudioRate(to).sampleRate];
  const samples = samplesOf(bytes, from);
  return bytesOf(fromRate === toRate ? samples : resample(samples, { fromRate, toRate }), to);
}
