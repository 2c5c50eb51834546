/** Options of {@link fakeVadEngine}. */
export interface FakeVadEngineOptions {
  /** Samples a second. @defaultValue 16_000 */
  readonly sampleRate?: number;
  /** How long the silence must last before speech is held to be over. @defaultValue 500 */
  readonly stopMs?: number;
}

interface Decision {
  readonly type: 'start' | 'stop';
  readonly atMs: number;
  readonly speechAtMs: number;
}

/**
 * The engine of a detector that is always right: any sample that is not 0 is voice. For whoever takes an engine and not a stage:
 * `voiceActivity`, or the detector of a Realtime server.
 *
 * @example
 * ```ts
 * const engine = fakeVadEngine({ stopMs: 300 });
 * const [start] = engine.process(Int16Array.of(0, 0, 5));
 * console.log(start?.type); // start
 * ```
 */
export function fakeVadEngine({ sampleRate = 16_000, stopMs = 500 }: FakeVadEngineOptions = {}) {
  const msOf = (samples: number): number => (samples / sampleRate) * 1000;
  let heard = 0;
  let voiceEnd = 0;
  let speaking = false;
  const reset = (): void => {
    heard = 0;
    voiceEnd = 0;
    speaking = false;
  };
  return {
    name: 'fake-vad-engine',
    sampleRate,
    frameMs: 20,
    prefixMs: 300,
    process(samples: Int16Array): readonly Decision[] {
      const decisions: Decision[] = [];
      for (const sample of samples) {
        heard++;
        if (sample !== 0) {
          if (!speaking) decisions.push({ type: 'start', atMs: msOf(heard), speechAtMs: msOf(heard - 1) });
          speaking = true;
          voiceEnd = heard;
        } else if (speaking && msOf(heard - voiceEnd) >= stopMs) {
          speaking = false;
          decisions.push({ type: 'stop', atMs: msOf(heard), speechAtMs: msOf(voiceEnd) });
        }
      }
      return decisions;
    },
    flush(): readonly Decision[] {
      const last: Decision = { type: 'stop', atMs: msOf(heard), speechAtMs: msOf(voiceEnd) };
      const open = speaking;
      reset();
      return open ? [last] : [];
    },
    reset,
  };
}
