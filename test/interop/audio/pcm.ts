import { readFile } from 'node:fs/promises';
import { decodeWav, resample } from '@voxrill/audio';

/** Samples a second on the wire. */
export const wireRate = 24_000;

/** A recording of test/speech as a microphone would send it: at 24 kHz, and quiet afterwards. */
export async function recording(name: string, quietMs = 1500): Promise<Int16Array> {
  const { samples, sampleRate } = await decodeWav(await readFile(new URL(`../../speech/${name}.wav`, import.meta.url)));
  return joined([resample(samples, { fromRate: sampleRate, toRate: wireRate }), new Int16Array((wireRate * quietMs) / 1000)]);
}

/** Pieces of 100 ms, each with bytes of its own. */
export function pieces(samples: Int16Array): Int16Array[] {
  const size = wireRate / 10;
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, index) => samples.slice(index * size, (index + 1) * size));
}

export function joined(parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const milliseconds = (samples: Int16Array): number => (samples.length / wireRate) * 1000;

/** The largest sample, whatever its sign. */
export const loudest = (samples: Int16Array): number => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
