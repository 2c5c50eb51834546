import * as audio from '@voxrill/audio';
import { type VoiceActivityOptions, voiceActivity } from '@voxrill/audio';
import type { FrameProcessor } from '@voxrill/core';

type MakeEngine = VoiceActivityOptions['engine'];

/** Follows the level and never decides: the least that a detector does. */
const levelOnly: MakeEngine = () => {
  const level = new audio.SmoothedLevel({ sampleRate: 16_000 });
  return {
    name: 'level-only',
    sampleRate: 16_000,
    frameMs: 32,
    prefixMs: 300,
    process: (samples) => {
      level.push(samples);
      return [];
    },
    flush: () => [],
    reset: () => level.reset(),
  };
};

/** The detector without a model. */
export const energyDetector = (): FrameProcessor =>
  voiceActivity({ engine: () => ('energyVad' in audio ? (audio.energyVad as MakeEngine) : levelOnly)() });
