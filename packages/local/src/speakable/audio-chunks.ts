import type { TTSChunk } from '@voxrill/core';

/** Length of an audio chunk in milliseconds. */
const CHUNK_MS = 40;

/** Cuts speech into chunks of 40 ms, each of which owns its samples; stops when the signal fires. */
export function* audioChunks(samples: Int16Array, sampleRate: number, signal: AbortSignal): Generator<TTSChunk> {
  const size = Math.round((sampleRate * CHUNK_MS) / 1000);
  for (let from = 0; from < samples.length && !signal.aborted; from += size)
    yield { type: 'audio', samples: samples.slice(from, from + size), sampleRate };
}
