import { decodeAlaw, decodeMulaw } from '@voxrill/audio';
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
