import type { PcmAudio } from '@voxrill/core';

/** How long a piece of audio plays, in milliseconds. */
export function pcmDurationMs(audio: PcmAudio): number {
  return (audio.samples.length / audio.channels / audio.sampleRate) * 1000;
}
