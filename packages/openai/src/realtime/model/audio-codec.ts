import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '@voxrill/audio';
import { decodeAudio, encodeAudio, pcmReader } from '../protocol/audio-base64.js';
import { realtimeAudioRate } from '../protocol/audio-format.js';
import type { RealtimeAudioFormat } from '../protocol/schema/session-schema.js';

/** How samples become base64, and base64 samples, in one format of the protocol. */
export interface AudioCodec {
  /** Samples a second. */
  readonly sampleRate: number;
  encode(samples: Int16Array): string;
  /** Makes a reader of one stream. */
  reader(): (base64: string) => Int16Array;
}

/** The codec of a format: PCM of 24 kHz, or G.711 of 8 kHz. */
export function audioCodec(format: RealtimeAudioFormat): AudioCodec {
  const { sampleRate } = realtimeAudioRate(format);
  switch (format.type) {
    case 'audio/pcm':
      return { sampleRate, encode: encodeAudio, reader: pcmReader };
    case 'audio/pcmu':
      return {
        sampleRate,
        encode: (samples) => encodeAudio(encodeMulaw(samples)),
        reader: () => (base64) => decodeMulaw(decodeAudio(base64)),
      };
    case 'audio/pcma':
      return {
        sampleRate,
        encode: (samples) => encodeAudio(encodeAlaw(samples)),
        reader: () => (base64) => decodeAlaw(decodeAudio(base64)),
      };
  }
}
