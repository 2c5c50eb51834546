import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSession,
  defineProcessor,
  inputTransport,
  outputTransport,
  pacedSink,
  pipeline,
  type Session,
  VirtualClock,
} from '@voxrill/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deinterleave } from '../pcm/deinterleave.js';
import { decodeWav } from '../wav/decode-wav.js';
import { AlignedTrack } from './aligned-track.js';
import { type StereoRecorderOptions, type StereoTarget, stereoRecorder } from './stereo-recorder.js';

/** The test itself is the voice. */
const voice = defineProcessor('voice', {}, { fit: { emits: ['tts-audio'] } });

/** What was recorded, as places where the level rises. */
function marks(): StereoTarget & {
  readonly user: number[];
  readonly bot: number[];
  samples: number;
  largest: number;
  closed: boolean;
} {
  const found = { user: [] as number[], bot: [] as number[], samples: 0, largest: 0, closed: false };
  const before = [0, 0];
  return Object.assign(found, {
    write(samples: Int16Array) {
      found.largest = Math.max(found.largest, samples.length / 2);
      for (let i = 0; i < samples.length; i++) {
        const value = samples[i] ?? 0;
        if (value > 0 && before[i % 2] === 0) found[i % 2 === 0 ? 'user' : 'bot'].push(found.samples + (i >> 1));
        before[i % 2] = value;
      }
      found.samples += samples.length / 2;
      return Promise.resolve();
    },
    close() {
      found.closed = true;
      return Promise.resolve();
    },
  });
}

interface Microphone {
  readonly rate: number;
  readonly chunkMs: number;
  /** The samples of the chunk that begins at this session time. */
  readonly chunk: (beginMs: number, samples: number) => Int16Array;
}

/** A call of a microphone and of what is sent to be played. */
async function call(
  options: StereoRecorderOptions,
  { rate, chunkMs, chunk }: Microphone,
  lastsMs: number,
  act: (session: Session, clock: VirtualClock) => Promise<void> = async () => undefined,
) {
  const clock = new VirtualClock({ externalCost: 'none' });
  const recorder = stereoRecorder(options);
  const input = inputTransport({
    open: ({ session, audio }) => {
      let beginMs = 0;
      const next = () => {
        audio({ samples: chunk(beginMs, (rate * chunkMs) / 1000), sampleRate: rate, channels: 1 });
        beginMs += chunkMs;
        cancel = session.clock.setTimer(next, beginMs + chunkMs - session.now());
      };
      let cancel = session.clock.setTimer(next, chunkMs);
      return () => cancel();
    },
  });
  const openSink = recorder.sink((format, session) => pacedSink({ play: () => undefined }, format, session));
  const session = createSession(pipeline(input, recorder.user, voice, outputTransport({ openSink })), { clock });
  const started = session.start();
  await clock.runUntil(started);
  await started;
  const acting = act(session, clock);
  await clock.advance(lastsMs);
  await acting;
  const ended = session.end({ drainMs: 60_000 });
  await clock.runUntil(ended);
  return ended;
}

function say(session: Session, utterance: string, lastsMs: number, rate: number): void {
  session.send(session.frame('tts-started', { utterance, text: utterance }));
  const samples = new Int16Array((lastsMs * rate) / 1000).fill(1000);
  for (let at = 0; at < samples.length; at += rate / 10)
    session.send(
      session.frame('tts-audio', { utterance, samples: samples.slice(at, at + rate / 10), sampleRate: rate, channels: 1 }),
    );
  session.send(session.frame('tts-stopped', { utterance }));
}

const silentMicrophone: Microphone = { rate: 8000, chunkMs: 20, chunk: (_beginMs, samples) => new Int16Array(samples) };

describe('a stereo recorder', () => {
  it('has no drift in an hour: every mark of both sides is where it was heard, to the sample, in bounded memory', async () => {
    const target = marks();
    const minute = 60_000;
    // One sample at the 7th millisecond of each minute.
    const chunk = (beginMs: number, samples: number) => {
      const audio = new Int16Array(samples);
      if (Math.round(beginMs) % minute === 0) audio[56] = 1000;
      return audio;
    };
    const spokenAt: number[] = [];
    const report = await call(
      { open: async () => target, sampleRate: 8000 },
      { rate: 8000, chunkMs: 40, chunk },
      60 * minute,
      async (session, clock) => {
        for (let at = 0; at < 59; at++) {
          await clock.sleep(minute - 3.7);
          spokenAt.push(Math.round(clock.now() * 8));
          say(session, `minute ${at}`, 700, 8000);
        }
      },
    );
    expect(report.errors).toEqual([]);
    expect(target.user).toEqual(Array.from({ length: 60 }, (_, i) => i * minute * 8 + 56));
    expect(target.bot).toHaveLength(59);
    for (const [i, at] of target.bot.entries()) expect(Math.abs(at - spokenAt[i]!)).toBeLessThanOrEqual(1);
    expect(target.samples).toBe(60 * minute * 8);
    expect(target.largest).toBeLessThanOrEqual(2 * 8000);
    expect(target.closed).toBe(true);
  });

  it('ends the track of the bot where it was cut off, and goes on where it speaks again', async () => {
    const written: number[] = [];
    const open = async () => ({
      write: async (samples: Int16Array) => void written.push(...samples),
      close: async () => undefined,
    });
    await call({ open }, silentMicrophone, 5_000, async (session, clock) => {
      await clock.sleep(1_000);
      say(session, 'long', 3_000, 24_000);
      await clock.sleep(730);
      session.interrupt();
      await clock.sleep(500);
      say(session, 'short', 200, 24_000);
    });
    const [, bot = new Int16Array(0)] = deinterleave(Int16Array.from(written), 2);
    const loud = runs(bot, 500);
    expect(loud).toHaveLength(2);
    // The filter that resamples has flanks of a millisecond.
    for (const [i, [from, to]] of [
      [1_000, 1_730],
      [2_230, 2_430],
    ].entries()) {
      expect(Math.abs(loud[i]![0]! / 16 - from!)).toBeLessThan(1.5);
      expect(Math.abs(loud[i]![1]! / 16 - to!)).toBeLessThan(1.5);
    }
  });

  it('writes one WAV file for each session, whole and under its name when the session is over', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'voxrill-recorder-'));
    try {
      const chunk = (_beginMs: number, samples: number) => new Int16Array(samples).fill(3000);
      const path = join(folder, 'call.wav');
      await call({ path: () => path }, { rate: 48_000, chunkMs: 10, chunk }, 2_500, async (session) =>
        say(session, 'hello', 400, 8000),
      );
      expect(await readdir(folder)).toEqual(['call.wav']);
      const { samples, sampleRate, channels } = await decodeWav(await readFile(path));
      expect({ sampleRate, channels, frames: samples.length / 2 }).toEqual({ sampleRate: 16_000, channels: 2, frames: 40_000 });
      const [user = new Int16Array(0), bot = new Int16Array(0)] = deinterleave(samples, 2);
      expect(user[20_000]).toBe(3000);
      expect(bot[3_000]).toBe(1000);
      expect(bot.subarray(6_500).every((sample) => sample === 0)).toBe(true);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('tells the session once when it cannot be written, and the session goes on', async () => {
    const open = async () => ({
      write: () => Promise.reject(new Error('The disk is full.')),
      close: () => Promise.reject(new Error('The disk is full.')),
    });
    const report = await call({ open }, silentMicrophone, 6_000);
    expect(report.reason).toBe('ended');
    expect(report.errors.map(({ message }) => message)).toEqual(['The disk is full.']);
  });

  it('says what is missing when only the output is recorded, or when it does not know where to', async () => {
    const recorder = stereoRecorder({ path: 'never.wav' });
    const openSink = recorder.sink((format, session) => pacedSink({ play: () => undefined }, format, session));
    const clock = new VirtualClock({ externalCost: 'none' });
    const session = createSession(pipeline(inputTransport({ open: () => undefined }), voice, outputTransport({ openSink })), {
      clock,
    });
    const started = session.start();
    await clock.runUntil(started);
    await started;
    say(session, 'hello', 200, 8000);
    const ended = session.end();
    await clock.runUntil(ended);
    expect((await ended).errors[0]?.message).toMatch(/put "recorder\.user" behind the input/u);
    expect(() => stereoRecorder({})).toThrow(/either "path" or "open"/u);
  });
});

describe('a track', () => {
  const rate = 8000;
  /** Chunks of 20 ms that carry their number, each so many milliseconds late. */
  const track = (lateMs: readonly number[], clockRate = rate): Int16Array => {
    const aligned = new AlignedTrack(rate);
    lateMs.forEach((late, i) => {
      aligned.push(new Int16Array(160).fill(i + 1), rate, ((i + 1) * 160 * 1000) / clockRate + late);
    });
    return aligned.take(aligned.end);
  };

  it('joins chunks without a seam, whatever the jitter, once those that were late have caught up', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 20 }), (late) => {
        // Nothing overtakes: a chunk is never delivered before the one in front of it.
        const inOrder = late.map((_, i) => Math.max(...late.slice(0, i + 1).map((ms, k) => ms + (k - i) * 20), 0));
        const samples = track([0, ...inOrder, 0, 0]);
        const expected = Array.from({ length: late.length + 3 }, (_, i) => new Array<number>(160).fill(i + 1)).flat();
        expect([...samples].filter((sample) => sample !== 0)).toEqual(expected);
        expect(samples.length - expected.length).toBeLessThanOrEqual(160);
      }),
    );
  });

  it.each([rate * 1.001, rate * 0.999])('stays within 20 ms of its place when the device runs at %d Hz', (clockRate) => {
    const count = 30_000;
    const aligned = new AlignedTrack(rate);
    let worst = 0;
    for (let i = 0; i < count; i++) {
      const endMs = ((i + 1) * 160 * 1000) / clockRate;
      aligned.push(new Int16Array(160), rate, endMs);
      worst = Math.max(worst, Math.abs(aligned.end / 8 - endMs));
      if (i % 50 === 0) aligned.take(Math.max(0, aligned.end - rate));
    }
    expect(worst).toBeLessThanOrEqual(20.1);
  });

  it('fills what is missing with silence', () => {
    const aligned = new AlignedTrack(rate);
    aligned.push(new Int16Array(160).fill(5), rate, 120);
    aligned.push(new Int16Array(160).fill(6), rate, 500);
    expect(runs(aligned.take(aligned.end), 1)).toEqual([
      [800, 960],
      [3840, 4000],
    ]);
  });
});

/** Where samples of at least this size are, in stretches. */
function runs(samples: Int16Array, least: number): number[][] {
  const found: number[][] = [];
  samples.forEach((sample, i) => {
    if (Math.abs(sample) < least) return;
    const last = found.at(-1);
    if (last !== undefined && last[1] === i) last[1] = i + 1;
    else found.push([i, i + 1]);
  });
  return found;
}
