import { readFile } from 'node:fs/promises';
import { decodeWav } from '@voxrill/audio';
import { realClock, VirtualClock } from '@voxrill/core';
import { festival, festivalAvailable, flite, moonshine, ruleModel } from '@voxrill/local';
import { llmConformance, type SpokenUtterance, sttConformance, ttsConformance } from '@voxrill/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';

const folder = new URL('../speech/', import.meta.url);

/** A recording with the quiet around it that a voice activity detector leaves. */
async function recording(file: string, expected: RegExp): Promise<SpokenUtterance> {
  const { samples } = await decodeWav(await readFile(new URL(file, folder)));
  const padded = new Int16Array(samples.length + 2 * 4800);
  padded.set(samples, 4800);
  return { samples: padded, expected };
}

describe('moonshine', { timeout: 120_000 }, () => {
  const stt = moonshine();
  let utterances: readonly [SpokenUtterance, SpokenUtterance];
  beforeAll(async () => {
    utterances = [
      await recording('human-ps-goforward.wav', /^go forward .*meters\W*$/i),
      await recording('human-librivox-0880.wav', /^he was not .*young man\W*$/i),
    ];
    // The first run fetches the weights.
    await stt.prepare({ clock: realClock(), signal: new AbortController().signal });
  }, 300_000);
  afterAll(() => stt.close());

  const cases = sttConformance(() => stt, {
    clock: () => new VirtualClock(),
    limitMs: 60_000,
    utterances: () => utterances,
  });
  for (const { title, run } of cases) it(title, run);
});

describe('flite', { timeout: 120_000 }, () => {
  const tts = flite();
  afterAll(() => tts.close());
  for (const { title, run } of ttsConformance(() => tts)) it(title, run);
});

describe.skipIf(!(await festivalAvailable()))('festival', { timeout: 120_000 }, () => {
  const tts = festival();
  afterAll(() => tts.close());
  for (const { title, run } of ttsConformance(() => tts)) it(title, run);
});

describe('ruleModel', () => {
  const weather = {
    name: 'get_weather',
    description: 'Tells the weather at a place.',
    parameters: { type: 'object', properties: { location: { type: 'string', description: 'the city' } }, required: ['location'] },
  };
  const cases = llmConformance(() => ruleModel({ firstTokenMs: 50, tokenMs: 10 }), {
    clock: () => new VirtualClock(),
    toolRequest: { messages: [{ role: 'user', content: 'What is the weather in Paris?' }], tools: [weather] },
  });
  for (const { title, run } of cases) it(title, run);
});
