import { decodeMulaw, encodeMulaw, resample } from '@voxrill/audio';
import { type Interval, type LabelRule, label, labelRule } from './labels.js';
import { type NoiseKind, noise } from './noise.js';
import { random } from './random.js';
import type { Recording } from './recordings.js';

/** What to mix. Levels are of the speech while it lasts (its labelled parts), pauses not counted. */
export interface MixOptions {
  readonly recording: Recording;
  /** All recordings: babble takes its voices from them. */
  readonly voices: readonly Recording[];
  readonly kind: NoiseKind;
  readonly snrDb: number;
  readonly speechDbfs: number;
  readonly leadMs: number;
  readonly trailMs: number;
  readonly seed: number;
  /** Sends the mix through a telephone: 8 kHz and µ-law. */
  readonly telephone?: boolean;
  /** Adds a click of 1 to 3 ms, as loud as the speech can be, about every second. */
  readonly clicks?: boolean;
  readonly rule?: LabelRule;
}

/** Speech in noise, with the places where the speech is. */
export interface Mix {
  readonly name: string;
  readonly samples: Int16Array;
  readonly sampleRate: number;
  readonly speech: readonly Interval[];
  readonly durationMs: number;
}

const RATE = 16000;

/** Mixes one recording with noise that runs from the first sample to the last. */
export function mixSpeech(options: MixOptions): Mix {
  const { recording, kind, snrDb, speechDbfs, leadMs, trailMs, seed, voices } = options;
  const lead = Math.round((leadMs * RATE) / 1000);
  const length = lead + recording.samples.length + Math.round((trailMs * RATE) / 1000);
  const speech = label(recording.samples, RATE, options.rule ?? labelRule);
  const gain = 10 ** (speechDbfs / 20) / spokenRms(recording.samples, speech);
  const noiseGain = 10 ** ((speechDbfs - snrDb) / 20);
  const background = noise(kind, length, seed, voices, recording.voice);
  if (options.clicks) addClicks(background, random(seed), 10 ** ((snrDb + 6) / 20));
  const wide = pcm(background, (value, i) => gain * (recording.samples[i - lead] ?? 0) + noiseGain * value);
  const telephone = options.telephone ?? false;
  const samples = telephone ? decodeMulaw(encodeMulaw(resample(wide, { fromRate: RATE, toRate: 8000 }))) : wide;
  return {
    name: `${recording.name} ${kind} ${snrDb} dB`,
    samples,
    sampleRate: telephone ? 8000 : RATE,
    speech: speech.map(({ fromMs, toMs }) => ({ fromMs: fromMs + leadMs, toMs: toMs + leadMs })),
    durationMs: (length * 1000) / RATE,
  };
}

/** What a stretch of noise without any speech is made of. */
export interface NoiseOptions {
  readonly kind: NoiseKind;
  readonly noiseDbfs: number;
  readonly durationMs: number;
  readonly seed: number;
  readonly voices: readonly Recording[];
}

/** Noise alone: nothing in it is to be found. Babble has six of all voices. */
export function mixNoise({ kind, noiseDbfs, durationMs, seed, voices }: NoiseOptions): Mix {
  const gain = 10 ** (noiseDbfs / 20);
  const background = noise(kind, (durationMs * RATE) / 1000, seed, voices, '');
  const samples = pcm(background, (value) => gain * value);
  return { name: `${kind} alone`, samples, sampleRate: RATE, speech: [], durationMs };
}

function addClicks(samples: Float64Array, next: () => number, gain: number): void {
  for (let at = 0; at < samples.length; at += RATE * (0.5 + next())) {
    const from = Math.floor(at);
    for (let i = from; i < from + 16 + 32 * next() && i < samples.length; i++) samples[i] = gain * (2 * next() - 1);
  }
}

function pcm(source: Float64Array, value: (sample: number, index: number) => number): Int16Array {
  return Int16Array.from(source, (sample, i) => Math.max(-32768, Math.min(32767, Math.round(value(sample, i) * 32768))));
}

function spokenRms(samples: Float64Array, speech: readonly Interval[]): number {
  let sum = 0;
  let count = 0;
  for (const { fromMs, toMs } of speech) {
    for (let i = fromMs * 16; i < toMs * 16 && i < samples.length; i++, count++) sum += (samples[i] ?? 0) ** 2;
  }
  return Math.sqrt(sum / Math.max(1, count));
}
