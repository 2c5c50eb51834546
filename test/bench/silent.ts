import { createSession, type InputPort, type Session } from '@voxrill/core';
import { energyDetector } from './detector.js';
import { cascade, InstantSink, sampleRate } from './fakes.js';
import type { Bench } from './figure.js';
import { ManualClock } from './manual-clock.js';
import { breathe, cpuUs, median } from './measure.js';

/** A session in which nobody speaks: a whole cascaded bot with the detector that needs no model. */
interface Silent {
  readonly session: Session;
  readonly port: InputPort;
}

/** Background noise at some −50 dBFS, new in each frame, so that no detector sees the same samples twice. */
const noise = Int16Array.from({ length: sampleRate }, (_, i) => Math.round(Math.sin(i * i * 1.7) * 130));
const noiseChunk = (i: number): Int16Array => noise.slice((i * 37) % (sampleRate - 320), ((i * 37) % (sampleRate - 320)) + 320);

async function openSilent(clock?: ManualClock): Promise<Silent> {
  let port: InputPort | undefined;
  const bot = cascade({
    vad: energyDetector(),
    openSink: (format) => new InstantSink(format, () => undefined),
    onOpen: (opened) => {
      port = opened;
    },
  });
  const session = createSession(bot, clock === undefined ? {} : { clock });
  await session.start();
  if (port === undefined) throw new Error('The input was not opened.');
  return { session, port };
}

/** Processor time a frame, frames handed in one after the other as fast as they are taken. */
async function inALoop(sessions: number, framesEach: number): Promise<number[]> {
  const clock = new ManualClock();
  const silent = await Promise.all(Array.from({ length: sessions }, () => openSilent(clock)));
  const taken: number[] = [];
  for (let run = -3; run < 9; run++) {
    const began = cpuUs();
    for (let i = 0; i < framesEach; i++) {
      clock.advance(20);
      for (const { port } of silent) port.audio({ samples: noiseChunk(i), sampleRate, channels: 1 });
    }
    if (run >= 0) taken.push((cpuUs() - began) / (framesEach * sessions));
    await breathe();
  }
  for (const { session } of silent) session.cancel();
  const reports = await Promise.all(silent.map(({ session }) => session.done));
  const errors = reports.flatMap((report) => report.errors);
  if (errors[0] !== undefined) throw new Error(errors[0].message);
  return taken;
}

/** What the loop costs without a session: making the chunk. */
function bareLoop(frames: number): number[] {
  const taken: number[] = [];
  let sum = 0;
  for (let run = -3; run < 9; run++) {
    const began = cpuUs();
    for (let i = 0; i < frames; i++) sum += noiseChunk(i)[5] ?? 0;
    if (run >= 0) taken.push((cpuUs() - began) / frames);
  }
  if (Number.isNaN(sum)) throw new Error('There is noise in every chunk.');
  return taken;
}

/**
 * Processor time of a whole process that hears its sessions in real time, a frame each 20 ms: one value a second. Timers
 * and cold caches are in it, so that nothing hides in a hot loop.
 */
async function inRealTime(sessions: number): Promise<number[]> {
  const silent = await Promise.all(Array.from({ length: sessions }, () => openSilent()));
  const second = 50;
  const taken: number[] = [];
  await new Promise<void>((resolve) => {
    let began = 0;
    let i = 0;
    const timer = setInterval(() => {
      if (i % second === 0) {
        // The first second is for warming up.
        if (i > second) taken.push((cpuUs() - began) / second);
        began = cpuUs();
      }
      for (const { port } of silent) port.audio({ samples: noiseChunk(i), sampleRate, channels: 1 });
      if (i++ < 5 * second) return;
      clearInterval(timer);
      resolve();
    }, 20);
  });
  for (const { session } of silent) session.cancel();
  return taken;
}

/** Processor time of one 20 ms frame of a session in which nobody speaks, µs. */
export const silence: Bench = async (emit) => {
  const one = await inALoop(1, 20_000);
  const fifty = await inALoop(50, 1_000);
  const control = bareLoop(50_000);
  emit({ bench: 'silent.frame', value: median(one), unit: 'µs', runs: one.length });
  emit({ bench: 'silent.frame.50-sessions', value: median(fifty), unit: 'µs', runs: fifty.length });
  emit({ bench: 'silent.frame.control', value: median(control), unit: 'µs', runs: control.length });
  const idle = await inRealTime(0);
  const busy = await inRealTime(50);
  emit({ bench: 'silent.real-time.50-sessions', value: (median(busy) - median(idle)) / 50, unit: 'µs', runs: busy.length });
  emit({ bench: 'silent.real-time.control', value: median(idle), unit: 'µs', runs: idle.length });
};
