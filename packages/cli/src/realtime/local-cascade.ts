import { combinedVad, energyVad, sileroVad } from '@voxrill/audio';
import { pipeline, type ServiceCall, type TTSService, wallTime } from '@voxrill/core';
import { festival, flite, moonshine, ruleModel } from '@voxrill/local';
import type { MakePipeline, MakeTurnDetector } from '@voxrill/realtime-server';
import type { LocalOptions } from '../run/local-options.js';
import { VoiceOfCall } from './voice-of-call.js';

/** The detectors that a run may use. */
export const engines = { combined: combinedVad, silero: sileroVad, energy: energyVad } as const;

/** The voice that the options name. */
export const localVoice = ({ tts, voice }: LocalOptions): TTSService => (tts === 'festival' ? festival() : flite({ voice }));

/** What a server of ours needs to answer calls on this machine. All calls share the weights and the threads. */
export interface LocalCascade {
  readonly makePipeline: MakePipeline;
  readonly vad: MakeTurnDetector;
  /** Loads everything, so that the first call is as fast as the others. */
  prepare(call: ServiceCall): Promise<void>;
}

export function localCascade(options: LocalOptions): LocalCascade {
  const stt = moonshine({ size: options.stt });
  const llm = ruleModel({ wallClock: wallTime });
  const tts = localVoice(options);
  return {
    makePipeline: (call) => pipeline(call.input, stt, call.conversation, llm, new VoiceOfCall(tts, call), call.output),
    vad: ({ sampleRate, threshold, silenceMs }) => engines[options.vad]({ sampleRate, threshold, stopMs: silenceMs }),
    prepare: async (call) => {
      await Promise.all([stt.prepare(call), tts.prepare?.(call)]);
    },
  };
}
