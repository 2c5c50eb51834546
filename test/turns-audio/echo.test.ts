import { fileURLToPath } from 'node:url';
import { dbToGain, echoGuard, rmsLevel } from '@voxrill/audio';
import { defineProcessor } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { noise } from '../vad/noise.js';
import { readRecordings } from '../vad/recordings.js';
import { room } from './room.js';

const recordings = await readRecordings(fileURLToPath(new URL('../speech', import.meta.url)));

/** A recording at this level. */
function voice(name: string, db: number): Int16Array {
  const recording = recordings.find((one) => one.name === name);
  if (recording === undefined) throw new Error(`There is no ${name}.`);
  const samples = Int16Array.from(recording.samples, (value) => value * 32_767);
  const gain = dbToGain(db - rmsLevel(samples));
  return samples.map((value) => Math.max(-32_768, Math.min(32_767, value * gain)));
}

const pink = noise('pink', 16_000 * 10, 3, recordings, '');
const background = (db: number) => (at: number) => dbToGain(db) * (pink[at % pink.length] ?? 0);

const bots = ['tts-flite-slt-7.wav', 'tts-festival-slt-hts-9.wav', 'human-librivox-0880.wav'] as const;

/** How often the detector takes the bot for the user, while it speaks and in the two seconds after it. */
async function falseStarts(leakDb: number, guarded: boolean): Promise<number> {
  let count = 0;
  for (const bot of bots) {
    const call = await room({ leakDb, background: background(-65), ...(guarded ? { guard: echoGuard() } : {}) });
    const samples = voice(bot, -18);
    await call.clock.advance(1_500);
    call.botSays(samples);
    await call.clock.advance(samples.length / 16 + 2_000);
    count += call.starts.length;
    await call.over();
  }
  return count;
}

describe('the bot in its own microphone', () => {
  it.each([20, 30, 40])(
    'does not interrupt itself behind the echo guard when it comes back %d dB softer (S001-7)',
    async (leakDb) => {
      expect(await falseStarts(leakDb, true)).toBe(0);
    },
  );

  it('is a voice like any other to a detector alone, which is why there is a guard', async () => {
    expect(await falseStarts(20, false)).toBeGreaterThanOrEqual(bots.length);
  });

  it.each([-18, -25])('can still be interrupted by a user at %d dBFS (S001-7)', async (userDb) => {
    for (const bot of bots.slice(0, 2)) {
      const call = await room({ leakDb: 20, background: background(-65), guard: echoGuard() });
      await call.clock.advance(1_500);
      call.botSays(voice(bot, -18));
      await call.clock.advance(800);
      const spokeAt = call.clock.now();
      call.userSays(voice('human-librivox-0880.wav', userDb));
      await call.clock.advance(1_500);
      // The recording begins with a quarter of a second of silence.
      expect(call.starts).toHaveLength(1);
      expect((call.starts[0] ?? 0) - spokeAt).toBeLessThan(650);
      await call.over();
    }
  });
});

describe('what stands before the detector', () => {
  it('may be any processor of the microphone: a canceller of hum, say (S001-30)', async () => {
    const hum = (at: number): number => 0.1 * Math.sin((2 * Math.PI * 1_000 * at) / 16_000) * (at % 16_000 < 8_000 ? 1 : 0);
    let at = 0;
    const canceller = defineProcessor(
      'canceller',
      {
        down: {
          'input-audio': (frame) => ({ ...frame, samples: frame.samples.map((value) => value - Math.round(32_768 * hum(at++))) }),
        },
      },
      { fit: { emits: [] } as const },
    );
    const call = await room({ leakDb: 80, background: hum, filter: canceller });
    await call.clock.advance(4_000);
    expect(
      call
        .levels()
        .slice(-50)
        .every((db) => db < -80),
    ).toBe(true);
    call.userSays(voice('human-librivox-0880.wav', -25));
    await call.clock.advance(1_500);
    expect(call.starts).toHaveLength(1);
    await call.over();
  });
});
