import type { UtteranceAudio } from '@voxrill/core';

/** Samples as an utterance that arrives in chunks of 20 ms; `pace` is awaited before each one. */
export function utterance(samples: Int16Array, pace: () => Promise<unknown> = () => Promise.resolve()): UtteranceAudio {
  return { sampleRate: 16_000, chunks: chunksOf(samples, pace) };
}

async function* chunksOf(samples: Int16Array, pace: () => Promise<unknown>): AsyncGenerator<Int16Array> {
  for (let from = 0; from < samples.length; from += 320) {
    await pace();
    yield samples.slice(from, from + 320);
  }
}

/** Samples one after the other, with silence of some length between them and at the end. */
export function spoken(parts: readonly Int16Array[], silenceMs: number): Int16Array {
  const gap = silenceMs * 16;
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length + gap, gap));
  let at = gap;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length + gap;
  }
  return whole;
}
