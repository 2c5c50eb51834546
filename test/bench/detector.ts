import { energyVad, voiceActivity } from '@voxrill/audio';
import type { FrameProcessor } from '@voxrill/core';

/** The detector without a model. */
export const energyDetector = (): FrameProcessor => voiceActivity({ engine: () => energyVad() });
