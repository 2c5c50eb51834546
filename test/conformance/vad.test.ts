import { readFile } from 'node:fs/promises';
import { combinedVad, decodeWav, energyVad, resample, sileroVad } from '@voxrill/audio';
import { vadConformance } from '@voxrill/testing';
import { beforeAll, describe, it } from 'vitest';

let recording: Int16Array;
beforeAll(async () => {
  const { samples } = await decodeWav(await readFile(new URL('../speech/human-librivox-0880.wav', import.meta.url)));
  recording = samples;
});

describe.each([
  ['energyVad', energyVad],
  ['sileroVad', sileroVad],
  ['combinedVad', combinedVad],
])('%s', (_name, make) => {
  const speech = (sampleRate: number) =>
    sampleRate === 16_000 ? recording : resample(recording, { fromRate: 16_000, toRate: sampleRate });
  for (const { title, run } of vadConformance(() => make(), { speech })) it(title, run);
});
