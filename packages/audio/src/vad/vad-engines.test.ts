import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dbToGain, rmsLevel } from '../pcm/level.js';
import { resample } from '../resample/resampler.js';
import { decodeWav } from '../wav/decode-wav.js';
import { combinedVad } from './combined-vad.js';
import { detectSpeech } from './detect-speech.js';
import { energyVad } from './energy-vad.js';
import { sileroVad } from './silero-vad.js';
import type { AsyncVadEngine, VadDecision, VadEngine } from './vad-engine.js';
import type { VadOptions } from './vad-options.js';

type Engine = VadEngine | AsyncVadEngine;

const engines: readonly (readonly [string, (options?: VadOptions) => Engine | Promise<Engine>])[] = [
  ['combined', combinedVad],
  ['silero v6', sileroVad],
  ['silero v4', (options) => sileroVad({ ...options, model: 'v4' })],
  ['energy', energyVad],
];

/** A repeatable stream of numbers from 0 to 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function noise(ms: number, dbfs: number, rate = 16_000, seed = 7): Int16Array {
  const next = random(seed);
  const peak = 32_768 * 10 ** (dbfs / 20) * Math.sqrt(3);
  return Int16Array.from({ length: (rate * ms) / 1000 }, () => peak * (2 * next() - 1));
}

// LibriVox, public domain: 2.9 s of one sentence without a pause.
const sentence = await decodeWav(await readFile(new URL('../../../../test/speech/human-librivox-0880.wav', import.meta.url)));

/** The first stretch of the sentence, from its first vowel on, at this level. */
function voice(ms: number, dbfs: number, rate = 16_000): Int16Array {
  const wide = sentence.samples.subarray(16 * 300, 16 * (300 + ms));
  const samples = rate === 16_000 ? wide : resample(wide, { fromRate: 16_000, toRate: rate });
  const gain = dbToGain(dbfs - rmsLevel(samples));
  return samples.map((value) => Math.max(-32_768, Math.min(32_767, value * gain)));
}

/** Lays one sound into another. */
function into(background: Int16Array, sound: Int16Array, atMs: number, rate = 16_000): Int16Array {
  const out = background.slice();
  const from = (atMs * rate) / 1000;
  sound.forEach((value, i) => {
    out[from + i] = (out[from + i] ?? 0) + value;
  });
  return out;
}

async function hear(engine: Engine, samples: Int16Array, sizes: readonly number[] = [320]): Promise<VadDecision[]> {
  const chunks: Int16Array[] = [];
  for (let at = 0, i = 0; at < samples.length; i++) {
    const size = sizes[i % sizes.length] ?? 320;
    chunks.push(samples.slice(at, at + size));
    at += size;
  }
  const decisions: VadDecision[] = [];
  for await (const decision of detectSpeech(chunks, engine)) decisions.push(decision);
  return decisions;
}

describe.each(engines)('%s', (_name, make) => {
  it('takes steady noise at −30 dBFS for no speech, from the first frame on (S001-27)', async () => {
    expect(await hear(await make(), noise(8000, -30))).toEqual([]);
  });

  it('hears a voice 10 dB above steady noise (S001-27)', async () => {
    const decisions = await hear(await make(), into(noise(5000, -40), voice(2000, -30), 1500));
    expect(decisions.map(({ type }) => type)).toEqual(['start', 'stop']);
    expect(Math.abs((decisions[0]?.speechAtMs ?? 0) - 1500)).toBeLessThan(350);
    expect(Math.abs((decisions[1]?.speechAtMs ?? 0) - 3500)).toBeLessThan(400);
  });

  it('decides stopMs after the last voiced frame, to a frame', async () => {
    for (const stopMs of [300, 800]) {
      const engine = await make({ stopMs });
      const stop = (await hear(engine, into(noise(5000, -60), voice(2000, -20), 500)))[1];
      const waited = (stop?.atMs ?? 0) - (stop?.speechAtMs ?? 0);
      expect(Math.abs(waited - stopMs)).toBeLessThanOrEqual(engine.frameMs + 1);
    }
  });

  it('decides the same however the stream is cut', async () => {
    const engine = await make();
    const samples = into(noise(3500, -50), voice(1500, -20), 700);
    const whole = await hear(engine, samples, [samples.length]);
    expect(whole).toHaveLength(2);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 8 }), async (sizes) => {
        expect(await hear(engine, samples, sizes)).toEqual(whole);
      }),
      { numRuns: 4 },
    );
  });

  it('is as new after reset', async () => {
    const engine = await make();
    const samples = into(noise(3000, -50), voice(1500, -20), 500);
    const first = await hear(engine, samples);
    await engine.process(noise(900, -12));
    expect(await hear(engine, samples)).toEqual(first);
  });

  it('hears a telephone at 8 kHz', async () => {
    const samples = into(noise(4000, -50, 8000), voice(2000, -20, 8000), 1000, 8000);
    const decisions = await hear(await make({ sampleRate: 8000 }), samples);
    expect(decisions).toHaveLength(2);
    expect(Math.abs((decisions[0]?.speechAtMs ?? 0) - 1000)).toBeLessThan(200);
  });

  it('closes speech that is still open at the end, not later than the end', async () => {
    const decisions = await hear(await make(), into(noise(2010, -60), voice(1000, -20), 1000));
    expect(decisions.map(({ type }) => type)).toEqual(['start', 'stop']);
    expect(decisions[1]?.atMs).toBe(2010);
    expect(decisions[1]?.speechAtMs).toBeLessThanOrEqual(2010);
  });

  it('names the option that is out of its range', async () => {
    await expect(async () => make({ stopMs: 0 })).rejects.toThrow(/stopMs must be a number from 32 to 10000, not 0/);
    await expect(async () => make({ sampleRate: 0 })).rejects.toThrow(/sampleRate/);
  });
});

describe.each(engines.filter(([name]) => !name.startsWith('silero')))('%s, which knows the level', (_name, make) => {
  it('does not begin on bursts of noise or of a voice of 50 to 150 ms (S001-28)', async () => {
    let samples = noise(8000, -65);
    [50, 80, 110, 130, 150].forEach((ms, i) => {
      samples = into(samples, voice(ms, -15), 1000 + 700 * i + 5 * i);
      samples = into(samples, noise(ms, -15), 4500 + 700 * i + 3 * i);
    });
    expect(await hear(await make(), samples)).toEqual([]);
  });
});

describe.each(engines.slice(0, 3))('%s, which knows voices', (_name, make) => {
  it('hears speech that begins with the first sample', async () => {
    const [start] = await hear(await make(), into(noise(3000, -60), voice(2000, -20), 0));
    expect(start?.speechAtMs).toBeLessThan(400);
    expect(start?.atMs).toBeLessThan(700);
  });
});

describe('engines side by side', () => {
  it('keep their streams apart, and an awaited one answers overlapping calls in order', async () => {
    const samples = into(noise(3000, -50), voice(1500, -20), 500);
    const [one, two] = [await sileroVad({ model: 'v4' }), await sileroVad({ model: 'v4' })];
    const alone = await hear(one, samples);
    one.reset();
    const pending: Promise<readonly VadDecision[]>[] = [];
    for (let at = 0; at < samples.length; at += 320) {
      pending.push(one.process(samples.subarray(at, at + 320)));
      pending.push(two.process(noise(20, -20)).then(() => []));
    }
    pending.push(one.flush());
    expect((await Promise.all(pending)).flat()).toEqual(alone);
  });
});
