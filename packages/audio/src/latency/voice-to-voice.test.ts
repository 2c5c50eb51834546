import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeWav } from '../wav/decode-wav.js';
import { type VoiceToVoiceOptions, voiceToVoice } from './voice-to-voice.js';

const rate = 16_000;
type Talk = readonly (readonly [fromMs: number, toMs: number])[];

/** A call in which voices are a deep hum in faint noise. */
function audioOf(user: Talk, agent: Talk, { lastsMs = 20_000, noise = 10, level = 6000 } = {}) {
  const samples = new Int16Array((lastsMs * rate * 2) / 1000);
  let seed = 1;
  for (let i = 0; i < samples.length; i++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0;
    samples[i] = Math.round((seed / 2 ** 31) * noise);
  }
  [user, agent].forEach((talk, channel) => {
    for (const [fromMs, toMs] of talk) {
      for (let i = fromMs * 16; i < toMs * 16; i++)
        samples[2 * i + channel]! += Math.round(level * Math.sin((2 * Math.PI * 120 * i) / rate));
    }
  });
  return { samples, sampleRate: rate, channels: 2 };
}

const measure = (user: Talk, agent: Talk, options?: VoiceToVoiceOptions) => voiceToVoice(audioOf(user, agent), options);

describe('voice to voice from a recording', () => {
  it('is from the end of the user to the start of the agent, to 20 ms, in noise as well (S001-81 S001-83)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(fc.integer({ min: 300, max: 2000 }), fc.integer({ min: 60, max: 1500 }), fc.integer({ min: 300, max: 1500 })),
          {
            minLength: 1,
            maxLength: 4,
          },
        ),
        fc.integer({ min: 0, max: 300 }),
        async (turns, noise) => {
          let at = 500;
          const user: [number, number][] = [];
          const agent: [number, number][] = [];
          for (const [speaks, waits, answers] of turns) {
            user.push([at, at + speaks]);
            agent.push([at + speaks + waits, at + speaks + waits + answers]);
            at += speaks + waits + answers + 700;
          }
          const report = await voiceToVoice(audioOf(user, agent, { lastsMs: at + 500, noise }));
          expect(report.turns).toHaveLength(turns.length);
          for (const [i, { latencyMs }] of report.turns.entries())
            expect(Math.abs(latencyMs - turns[i]![1])).toBeLessThanOrEqual(20);
          expect(report.bargeIns).toEqual([]);
          expect(report.overlaps).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('tells how long the agent is still heard when the user cuts in, and what both say at once', async () => {
    const { turns, bargeIns, overlaps } = await measure(
      [
        [1000, 2000],
        [4000, 5000],
      ],
      [
        [2600, 4300],
        [5500, 6500],
      ],
    );
    expect(turns.map(({ latencyMs }) => Math.round(latencyMs / 10) * 10)).toEqual([600, 500]);
    expect(bargeIns).toHaveLength(1);
    expect(Math.abs(bargeIns[0]!.audibleMs - 300)).toBeLessThanOrEqual(20);
    expect(overlaps).toHaveLength(1);
  });

  it('counts the agent that does not wait for the end as negative, and a "uh-huh" it talks over as no turn', async () => {
    expect((await measure([[1000, 2000]], [[1800, 3000]])).turns[0]?.latencyMs).toBeLessThan(-170);
    expect((await measure([[2000, 2300]], [[1000, 4000]])).turns).toEqual([]);
  });

  it('takes what the user goes on with before the answer for the same turn', async () => {
    const { turns } = await measure(
      [
        [1000, 2000],
        [2600, 3200],
      ],
      [[3900, 5000]],
    );
    expect(turns).toHaveLength(1);
    expect(Math.abs(turns[0]!.userEndMs - 3200)).toBeLessThanOrEqual(10);
  });

  it('hears the user on the other channel, reports percentiles by nearest rank, and none where nobody answers', async () => {
    const { latency, turns } = await measure([[1600, 2600]], [[500, 1000]], { userChannel: 'right' });
    expect(turns).toHaveLength(1);
    expect(latency).toEqual({
      p50: turns[0]?.latencyMs,
      p90: turns[0]?.latencyMs,
      p95: turns[0]?.latencyMs,
      max: turns[0]?.latencyMs,
    });
    expect(await measure([[1000, 2000]], [])).toMatchObject({ turns: [], latency: undefined, durationMs: 20_000 });
  });

  it('refuses a recording that is not stereo, and options out of their range', async () => {
    const mono = { samples: new Int16Array(160), sampleRate: rate, channels: 1 };
    await expect(voiceToVoice(mono)).rejects.toThrow(/1 channel/u);
    await expect(measure([], [], { aboveFloorDb: 0 })).rejects.toThrow(/aboveFloorDb/u);
  });

  it.each([10, 40, 120])('is exact to 20 ms with recorded voices in noise of ±%d (S001-83)', async (noise) => {
    const voice = async (file: string, fromMs: number, toMs: number) => {
      const { samples } = await decodeWav(
        await readFile(fileURLToPath(new URL(`../../../../test/speech/${file}`, import.meta.url))),
      );
      return samples.slice(fromMs * 16, toMs * 16);
    };
    // Cut in the middle of words, so that it is known where the voice begins and ends.
    const question = await voice('human-ps-goforward.wav', 600, 1_500);
    const answer = await voice('human-librivox-0880.wav', 800, 2_000);
    const audio = audioOf([], [], { lastsMs: 9_000, noise });
    const put = (samples: Int16Array, atMs: number, channel: number) => {
      const gain = 12_000 / samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 1);
      samples.forEach((sample, i) => {
        audio.samples[2 * (atMs * 16 + i) + channel]! += Math.round(sample * gain);
      });
    };
    const found = [question, answer].map((samples) => edges(samples));
    put(question, 1_000, 0);
    put(answer, 2_700, 1);
    const { turns } = await voiceToVoice(audio, { pauseMs: 400 });
    const expected = 2_700 + found[1]!.firstMs - (1_000 + found[0]!.lastMs);
    expect(turns).toHaveLength(1);
    expect(Math.abs(turns[0]!.latencyMs - expected)).toBeLessThanOrEqual(20);
  });
});

/** The first and the last sample that is loud, of a clip. */
function edges(samples: Int16Array): { firstMs: number; lastMs: number } {
  const least = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 1) / 10;
  const isLoud = (sample: number) => Math.abs(sample) >= least;
  return { firstMs: samples.findIndex(isLoud) / 16, lastMs: samples.findLastIndex(isLoud) / 16 };
}
