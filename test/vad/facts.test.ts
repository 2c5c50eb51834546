import { fileURLToPath } from 'node:url';
import {
  type CombinedVadOptions,
  combinedVad,
  dbToGain,
  detectSpeech,
  rmsLevel,
  sileroVad,
  type VadDecision,
  type VadEngine,
  voiceActivity,
} from '@voxrill/audio';
import {
  createSession,
  type InputPort,
  inputTransport,
  pipeline,
  STTService,
  type UtteranceAudio,
  VirtualClock,
} from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { label } from './labels.js';
import { mixNoise } from './mix.js';
import { noise } from './noise.js';
import { type Recording, readRecordings } from './recordings.js';

const recordings = await readRecordings(fileURLToPath(new URL('../speech', import.meta.url)));
const pink = noise('pink', 16_000 * 6, 3, recordings, '');

const FRAME_MS = 32;

function named(name: string): Recording {
  const recording = recordings.find((one) => one.name === name);
  if (recording === undefined) throw new Error(`There is no ${name}.`);
  return recording;
}

/** Five seconds of a quiet room, from whose second second on somebody speaks, until cut off in the middle of a loud sound. */
function cutOff(name: string, spokenMs: number, speechDb = -20) {
  const { samples } = named(name);
  const own = rmsLevel(Int16Array.from(samples, (value) => value * 32_767));
  const levelAt = (end: number): number => rmsLevel(Int16Array.from(samples.subarray(end - 512, end), (value) => value * 32_767));
  let cut = Math.round(((label(samples, 16_000)[0]?.fromMs ?? 0) + spokenMs) * 16);
  while (levelAt(cut) < own - 3 && cut < samples.length) cut += 16;
  const [voice, room] = [dbToGain(speechDb - own), dbToGain(-70)];
  const mixed = Int16Array.from(pink.subarray(0, 5 * 16_000), (value, i) => {
    const at = i - 16_000;
    return 32_768 * (room * value + (at >= 0 && at < cut ? voice * (samples[at] ?? 0) : 0));
  });
  return { samples: mixed, lastVoicedMs: 1_000 + cut / 16 };
}

async function hear(samples: Int16Array, engine: VadEngine): Promise<VadDecision[]> {
  const decisions: VadDecision[] = [];
  for await (const decision of detectSpeech([samples], engine)) decisions.push(decision);
  return decisions;
}

const spoken = ['human-librivox-0880.wav', 'human-jfk.wav', 'human-ps-something.wav', 'tts-flite-awb-4.wav'] as const;

describe('the end of speech', () => {
  it.each(spoken)('is told 500 ms after the last voiced frame, to a frame, in %s (S001-20)', async (name) => {
    for (const spokenMs of [700, 1_000, 1_300]) {
      const { samples, lastVoicedMs } = cutOff(name, spokenMs);
      const stop = (await hear(samples, await combinedVad())).at(-1);
      expect(stop?.type).toBe('stop');
      expect(Math.abs((stop?.atMs ?? 0) - lastVoicedMs - 500)).toBeLessThanOrEqual(FRAME_MS);
      expect(Math.abs((stop?.speechAtMs ?? 0) - lastVoicedMs)).toBeLessThanOrEqual(FRAME_MS);
    }
  });

  it('comes as much later as the silence that it takes is longer (S000-8)', async () => {
    const { samples } = cutOff('human-librivox-0880.wav', 1_000);
    const stops: number[] = [];
    for (const stopMs of [320, 480, 800, 1_600])
      stops.push((await hear(samples, await combinedVad({ stopMs }))).at(-1)?.atMs ?? 0);
    expect(stops.map((at) => at - (stops[0] ?? 0))).toEqual([0, 160, 480, 1_280]);
  });
});

describe('the beginning of speech', () => {
  it('is found later, or not at all, the higher the threshold (S000-8)', async () => {
    const onsets: number[] = [];
    for (const name of spoken) {
      const { samples } = cutOff(name, 1_300, -45);
      const at: number[] = [];
      for (const threshold of [0.05, 0.5, 0.95])
        at.push((await hear(samples, await combinedVad({ threshold })))[0]?.atMs ?? Number.POSITIVE_INFINITY);
      expect(at).toEqual([...at].sort((a, b) => a - b));
      onsets.push(...at);
    }
    expect(onsets.filter((_, i) => i % 3 === 2).some((at, i) => at > (onsets[3 * i] ?? 0))).toBe(true);
  });

  it('gives the recogniser as much more audio as the prefix is longer (S000-8)', async () => {
    const heardMs = async (prefixMs: number): Promise<number> => {
      const engine = await combinedVad({ prefixMs });
      const { samples } = cutOff('human-librivox-0880.wav', 1_000);
      return captured(engine, samples);
    };
    const shortest = await heardMs(0);
    expect((await heardMs(300)) - shortest).toBeCloseTo(300, 0);
    expect((await heardMs(600)) - shortest).toBeCloseTo(600, 0);
  });
});

/** How much audio a recogniser behind this detector is given, in milliseconds. */
async function captured(engine: VadEngine, samples: Int16Array): Promise<number> {
  const clock = new VirtualClock();
  let heard = 0;
  class Counter extends STTService {
    readonly name = 'counter';
    readonly sampleRate = 16_000;
    async *transcribe(audio: UtteranceAudio) {
      for await (const chunk of audio.chunks) heard += chunk.length;
      yield { text: 'x', final: true };
    }
  }
  let microphone: InputPort | undefined;
  const input = inputTransport({
    open(port) {
      microphone = port;
      return undefined;
    },
  });
  const session = createSession(pipeline(input, voiceActivity({ engine: () => engine }), new Counter()), { clock });
  await Promise.all([session.start(), clock.runUntil(() => session.state === 'running')]);
  for (let at = 0; at < samples.length; at += 320) {
    await clock.advance(20);
    microphone?.audio({ samples: samples.slice(at, at + 320), sampleRate: 16_000, channels: 1 });
  }
  session.cancel();
  await session.done;
  return heard / 16;
}

describe('what is not said', () => {
  it('is a threshold of 0.5, 300 ms of audio before the onset and 500 ms of silence (S000-9)', async () => {
    const said = { threshold: 0.5, prefixMs: 300, stopMs: 500 } as const satisfies CombinedVadOptions;
    expect((await combinedVad()).prefixMs).toBe(300);
    expect((await sileroVad()).prefixMs).toBe(300);
    for (const make of [combinedVad, sileroVad] as const) {
      const differing = new Set<string>();
      for (const name of spoken) {
        const { samples } = cutOff(name, 1_300, -45);
        const usual = await hear(samples, await make());
        expect(usual).not.toEqual([]);
        expect(await hear(samples, await make(said))).toEqual(usual);
        for (const other of [{ threshold: 0.97 }, { stopMs: 540 }]) {
          const heard = await hear(samples, await make({ ...said, ...other }));
          if (JSON.stringify(heard) !== JSON.stringify(usual)) differing.add(Object.keys(other).join());
        }
      }
      expect([...differing].sort()).toEqual(['stopMs', 'threshold']);
    }
  });
});

describe('noise alone', () => {
  it('begins speech no more often than with Silero taken at its word, and in babble less often (S001-29)', async () => {
    const perMinute = { combined: 0, silero: 0 };
    for (const kind of ['white', 'pink', 'babble'] as const) {
      for (const seed of [1, 2]) {
        const { samples, durationMs } = mixNoise({ kind, noiseDbfs: -30, durationMs: 15_000, seed, voices: recordings });
        const starts = async (engine: VadEngine): Promise<number> =>
          (await hear(samples, engine)).filter(({ type }) => type === 'start').length / (durationMs / 60_000);
        const combined = await starts(await combinedVad());
        const silero = await starts(await sileroVad());
        expect(combined).toBeLessThanOrEqual(silero);
        perMinute.combined += combined;
        perMinute.silero += silero;
      }
    }
    expect(perMinute.combined).toBeLessThan(perMinute.silero);
  });
});
