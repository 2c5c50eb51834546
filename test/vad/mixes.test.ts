import { fileURLToPath } from 'node:url';
import { combinedVad, detectSpeech, type VadDecision } from '@voxrill/audio';
import { describe, expect, it } from 'vitest';
import { type Mix, mixNoise, mixSpeech } from './mix.js';
import type { NoiseKind } from './noise.js';
import { readRecordings } from './recordings.js';
import { addScore, emptyScore, median, precision, recall, type Score } from './score.js';

const recordings = await readRecordings(fileURLToPath(new URL('../speech', import.meta.url)));
const spoken = ['human-ps-something.wav', 'human-librivox-0920.wav', 'tts-flite-awb-4.wav', 'tts-festival-slt-hts-5.wav'];

async function hear({ samples, sampleRate }: Mix): Promise<VadDecision[]> {
  const decisions: VadDecision[] = [];
  for await (const decision of detectSpeech([samples], await combinedVad({ sampleRate }))) decisions.push(decision);
  return decisions;
}

async function measure(kind: NoiseKind, snrDb: number, telephone = false): Promise<Score> {
  const score = emptyScore();
  for (const [index, name] of spoken.entries()) {
    const recording = recordings.find((one) => one.name === name);
    if (recording === undefined) throw new Error(`There is no ${name}.`);
    const speechDbfs = -15 - 8 * index;
    const mix = mixSpeech({
      ...{ recording, voices: recordings, kind, snrDb, speechDbfs, telephone },
      ...{ leadMs: 1500, trailMs: 1500, seed: 40 + index },
    });
    addScore(score, await hear(mix), mix.speech, mix.durationMs);
  }
  return score;
}

// The limits are loose on purpose: what is reached is in docs/vad.md, this only tells when something has broken.
describe('the combined detector', { timeout: 30_000 }, () => {
  it.each([
    ['white', 60, false],
    ['white', 5, false],
    ['babble', 10, false],
    ['babble', 10, true],
  ] as const)('finds speech in %s noise at %d dB (telephone: %s)', async (kind, snrDb, telephone) => {
    const score = await measure(kind, snrDb, telephone);
    expect(precision(score)).toBeGreaterThan(0.88);
    expect(recall(score)).toBeGreaterThan(0.88);
    expect(median(score.onsets)).toBeLessThan(300);
    expect(score.deaf).toBe(0);
  });

  it.each(['white', 'pink'] as const)('hears nothing in %s noise alone', async (kind) => {
    expect(await hear(mixNoise({ kind, noiseDbfs: -30, durationMs: 10_000, seed: 5, voices: recordings }))).toEqual([]);
  });

  it('hears nobody in babble alone once it knows it', async () => {
    const decisions = await hear(mixNoise({ kind: 'babble', noiseDbfs: -30, durationMs: 15_000, seed: 6, voices: recordings }));
    expect(decisions.filter(({ type, atMs }) => type === 'start' && atMs > 2000)).toEqual([]);
  });
});
