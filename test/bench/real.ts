import { realClock } from '@voxrill/core';
import { flite } from '@voxrill/local';
import type { Bench } from './figure.js';
import { median } from './measure.js';

const sentence = 'They will be ready at noon, and you can pick them up at the gate.';

/** What the voice that comes along adds: from a sentence to its first audio, ms, beside how long the sentence is. */
export const real: Bench = async (emit) => {
  const tts = flite();
  const call = { clock: realClock(), signal: new AbortController().signal };
  await tts.prepare(call);
  const first: number[] = [];
  let sentenceMs = 0;
  for (let run = -2; run < 15; run++) {
    const began = performance.now();
    let firstMs: number | undefined;
    sentenceMs = 0;
    for await (const chunk of tts.synthesize(sentence, call)) {
      if (chunk.type !== 'audio') continue;
      firstMs ??= performance.now() - began;
      sentenceMs += (chunk.samples.length / chunk.sampleRate) * 1000;
    }
    if (firstMs === undefined) throw new Error('The voice said nothing.');
    if (run >= 0) first.push(firstMs);
  }
  await tts.close();
  emit({ bench: 'real.flite.first-audio', value: median(first), unit: 'ms', runs: first.length });
  emit({ bench: 'real.flite.sentence.control', value: sentenceMs, unit: 'ms', runs: 1 });
};
