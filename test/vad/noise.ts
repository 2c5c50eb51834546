import { random } from './random.js';
import type { Recording } from './recordings.js';

/** The kinds of background that speech is mixed with. */
export type NoiseKind = 'white' | 'pink' | 'babble';

/** Root mean square of the samples. */
function rms(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] ?? 0) ** 2;
  return Math.sqrt(sum / Math.max(1, samples.length));
}

/** Noise of the given kind with a root mean square of 1. Babble is six voices other than `target`, each equally loud. */
export function noise(kind: NoiseKind, length: number, seed: number, voices: readonly Recording[], target: string): Float64Array {
  const next = random(seed);
  if (kind === 'babble') return normalised(babble(length, next, voices, target));
  return normalised(kind === 'white' ? white(length, next) : pink(length, next));
}

function white(length: number, next: () => number): Float64Array {
  return Float64Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()));
}

/** Paul Kellet's filter: −3 dB an octave to within 0.05 dB above 10 Hz at 44.1 kHz, close enough at 16 kHz. */
function pink(length: number, next: () => number): Float64Array {
  const poles = [0.99886, 0.99332, 0.969, 0.8665, 0.55, -0.7616] as const;
  const gains = [0.0555179, 0.0750759, 0.153852, 0.3104856, 0.5329522, -0.016898] as const;
  const state = new Float64Array(poles.length);
  let delayed = 0;
  return white(length, next).map((value) => {
    let sum = delayed + value * 0.5362;
    poles.forEach((pole, i) => {
      state[i] = pole * (state[i] ?? 0) + value * (gains[i] ?? 0);
      sum += state[i] ?? 0;
    });
    delayed = value * 0.115926;
    return sum;
  });
}

function babble(length: number, next: () => number, voices: readonly Recording[], target: string): Float64Array {
  const others = [...new Set(voices.map(({ voice }) => voice))].filter((voice) => voice !== target);
  const sum = new Float64Array(length);
  for (let speaker = 0; speaker < 6; speaker++) {
    const voice = others[speaker % others.length];
    const takes = voices.filter((recording) => recording.voice === voice);
    let at = -Math.floor(next() * 3 * 16000);
    while (at < length) {
      const take = takes[Math.floor(next() * takes.length)];
      if (take === undefined) throw new Error('Babble needs at least one other voice.');
      const gain = 1 / rms(take.samples);
      for (let i = Math.max(0, -at); i < take.samples.length && at + i < length; i++) {
        sum[at + i] = (sum[at + i] ?? 0) + gain * (take.samples[i] ?? 0);
      }
      at += take.samples.length;
    }
  }
  return sum;
}

function normalised(samples: Float64Array): Float64Array {
  const gain = 1 / rms(samples);
  return samples.map((value) => value * gain);
}
