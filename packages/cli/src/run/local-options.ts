import type { FliteVoice } from '@voxrill/local';
import { oneOf } from '../command-line/read-values.js';

const sizes = ['tiny', 'base'] as const;
const detectors = ['combined', 'silero', 'energy'] as const;
const speakers = ['flite', 'festival'] as const;
/** The voices of Flite, the usual one first. */
export const voices = ['rms', 'slt', 'awb', 'kal16', 'kal'] as const satisfies readonly FliteVoice[];

/** The services that run on this machine. */
export interface LocalOptions {
  readonly stt: (typeof sizes)[number];
  readonly vad: (typeof detectors)[number];
  readonly tts: (typeof speakers)[number];
  readonly voice: FliteVoice;
}

type Given = { readonly [Name in keyof LocalOptions]?: string | undefined };

export function readLocalOptions({ stt, vad, tts, voice }: Given): LocalOptions {
  return {
    stt: oneOf('--stt', stt, sizes),
    vad: oneOf('--vad', vad, detectors),
    tts: oneOf('--tts', tts, speakers),
    voice: oneOf('--voice', voice, voices),
  };
}
