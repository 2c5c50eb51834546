import type { VadDecision, VadEngine } from '@voxrill/audio';
import type { TurnDetectorSettings } from '@voxrill/realtime-server';

/** Hears the speech of the test kit: any sample that is not 0 is voice. */
export function carriedVoice({ sampleRate, silenceMs }: TurnDetectorSettings): VadEngine {
  const msOf = (samples: number): number => (samples / sampleRate) * 1000;
  let heard = 0;
  let lastVoice: number | undefined;
  let speaking = false;
  const reset = (): void => {
    heard = 0;
    lastVoice = undefined;
    speaking = false;
  };
  return {
    name: 'carried-voice',
    sampleRate,
    frameMs: 20,
    prefixMs: 300,
    process(samples) {
      const decisions: VadDecision[] = [];
      for (const sample of samples) {
        heard++;
        if (sample !== 0) {
          if (!speaking) decisions.push({ type: 'start', atMs: msOf(heard), speechAtMs: msOf(heard - 1) });
          speaking = true;
          lastVoice = heard;
        } else if (speaking && lastVoice !== undefined && msOf(heard - lastVoice) >= silenceMs) {
          speaking = false;
          decisions.push({ type: 'stop', atMs: msOf(heard), speechAtMs: msOf(lastVoice) });
        }
      }
      return decisions;
    },
    flush() {
      const open = speaking;
      const end = { type: 'stop', atMs: msOf(heard), speechAtMs: msOf(lastVoice ?? heard) } as const;
      reset();
      return open ? [end] : [];
    },
    reset,
  };
}
