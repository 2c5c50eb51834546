import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw, pcmFromBytes, pcmToBytes } from '@voxrill/audio';
import { decodeAudio, pcmReader, type RealtimeAudioFormat } from '@voxrill/openai';

/** Makes a reader of a stream of audio as it comes over the wire; what is less than a sample waits for the rest of it. */
export function inputReader(format: RealtimeAudioFormat): (base64: string) => Int16Array {
  switch (format.type) {
    case 'audio/pcm':
      return pcmReader();
    case 'audio/pcmu':
      return (base64) => decodeMulaw(decodeAudio(base64));
    case 'audio/pcma':
      return (base64) => decodeAlaw(decodeAudio(base64));
  }
}

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
