import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeWav } from '@voxrill/audio';
import { realClock } from '@voxrill/core';
import { flite, fliteVoices } from '@voxrill/local';

// More voices to train on: `say-voices.ts FOLDER` writes ten sentences in each of Flite's voices.
const sentences = [
  'Could you tell me what the weather will be like in Paris tomorrow?',
  'I would like to order four hundred strawberries, please.',
  'No, that is not what I meant. Stop for a moment.',
  'The train leaves at half past seven from platform nine.',
  'Yes.',
  'Hello, this is Margaret speaking, who am I talking to?',
  'Please read the second paragraph again, but slowly.',
  'Fish and chips, a glass of water, and the bill.',
  'We should thank them before they go back to school.',
  'My number is five five five, two eight nine four.',
] as const;

const folder = process.argv[2];
if (folder === undefined) throw new Error('Name the folder to write to: say-voices.ts FOLDER.');
await mkdir(folder, { recursive: true });
const call = { signal: new AbortController().signal, clock: realClock() };
for (const voice of fliteVoices) {
  const tts = flite({ voice });
  for (const [index, sentence] of sentences.entries()) {
    const parts: Int16Array[] = [];
    let sampleRate = 16_000;
    for await (const chunk of tts.synthesize(sentence, call)) {
      if (chunk.type !== 'audio') continue;
      parts.push(chunk.samples);
      sampleRate = chunk.sampleRate;
    }
    const samples = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      samples.set(part, at);
      at += part.length;
    }
    await writeFile(join(folder, `flite-${voice}-${index}.wav`), await encodeWav({ samples, sampleRate, channels: 1 }));
  }
  await tts.close();
}
