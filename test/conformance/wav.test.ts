import { fileURLToPath } from 'node:url';
import { wavInput } from '@voxrill/audio';
import { VirtualClock } from '@voxrill/core';
import { inputConformance } from '@voxrill/testing';
import { describe, it } from 'vitest';

const file = (name: string) => fileURLToPath(new URL(`../speech/${name}`, import.meta.url));

describe.each([
  ['human-cards-001.wav', {}],
  ['tel8k-jfk.wav', { chunkMs: 10, sampleRate: 24_000 }],
])('wavInput on %s', (name, options) => {
  const cases = inputConformance(() => ({ input: wavInput(file(name), options) }), { clock: () => new VirtualClock() });
  for (const { title, run } of cases) it(title, run);
});
