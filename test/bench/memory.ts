import { chain, createSession, defineProcessor, type FrameProcessor, fromOperator, parallel, type Session } from '@voxrill/core';
import { map, Subject } from 'rxjs';
import { inChild } from './child.js';
import { energyDetector } from './detector.js';
import { cascade, hearChunk, InstantSink, vadStarted, vadStopped } from './fakes.js';
import type { Bench, Emit } from './figure.js';
import { ManualClock } from './manual-clock.js';
import { breathe, collectGarbage, median, usedMiB } from './measure.js';

/** A session that has heard two seconds of silence and answered one turn. */
async function liveSession(clock: ManualClock): Promise<Session> {
  const bot = cascade({ vad: energyDetector(), openSink: (format) => new InstantSink(format, () => undefined) });
  const session = createSession(bot, { clock });
  await session.start();
  vadStarted(session);
  for (let i = 0; i < 10; i++) hearChunk(session);
  vadStopped(session);
  for (let i = 0; i < 3; i++) await breathe();
  return session;
}

async function liveSessions(count: number): Promise<readonly Session[]> {
  const clock = new ManualClock();
  const sessions: Session[] = [];
  for (let i = 0; i < count; i++) sessions.push(await liveSession(clock));
  for (let i = 0; i < 100; i++) {
    clock.advance(20);
    for (const session of sessions) hearChunk(session);
  }
  return sessions;
}

/** What a conversation would take at the least: eight stages of plain RxJS, a signal, and the audio that is kept. */
function plainSessions(count: number): readonly object[] {
  return Array.from({ length: count }, () => {
    const subjects = Array.from({ length: 8 }, () => new Subject<number>());
    for (const [i, subject] of subjects.entries()) subject.pipe(map((value) => value)).subscribe(subjects[i + 1]);
    return { subjects, abort: new AbortController(), kept: Array.from({ length: 76 }, () => new Int16Array(320)) };
  });
}

/** In a process of its own: MiB that one of so many sessions holds. */
export const heapSample: Bench = async (emit, [what = '', countText = '']) => {
  const count = Number(countText);
  const make = (n: number): Promise<readonly object[]> | readonly object[] =>
    what === 'plain' ? plainSessions(n) : liveSessions(n);
  // The first sessions compile what all others share.
  for (let i = 0; i < 3; i++) {
    const sessions = await make(20);
    for (const session of sessions) if ('cancel' in session) (session as Session).cancel();
    await breathe();
  }
  await collectGarbage();
  const before = usedMiB();
  const sessions = await make(count);
  await collectGarbage();
  emit({ bench: 'heap.sample', value: (usedMiB() - before) / sessions.length, unit: 'MiB', runs: 1 });
};

/** What one session holds of memory, MiB: objects, and the bytes of the audio it keeps. */
export const heap: Bench = async (emit) => {
  for (const [bench, what, count, runs] of [
    ['heap.session.1', 'session', 1, 5],
    ['heap.session.100', 'session', 100, 3],
    ['heap.session.1000', 'session', 1000, 3],
    ['heap.session.control', 'plain', 100, 3],
  ] as const) {
    const taken: number[] = [];
    for (let run = 0; run < runs; run++) {
      const [sample] = await inChild(['heap.sample', what, String(count)]);
      if (sample === undefined) throw new Error('The process that measures the heap said nothing.');
      taken.push(sample.value);
    }
    emit({ bench, value: median(taken), unit: 'MiB', runs });
  }
};

const frames = 10_000_000;

/** The stages of a bot have memories of their own: a million frames, more than five hours of silence. */
async function wholeBot(emit: Emit): Promise<void> {
  const clock = new ManualClock();
  const session = await liveSession(clock);
  const hearSilence = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      clock.advance(20);
      hearChunk(session);
      if (i % 10_000 === 0) await breathe();
    }
  };
  await hearSilence(20_000);
  await collectGarbage();
  const before = usedMiB();
  await hearSilence(1_000_000);
  await collectGarbage();
  emit({ bench: 'memory.1-million-frames-of-silence', value: usedMiB() - before, unit: 'MiB', runs: 1 });
  session.cancel();
}

/** What is still held after ten million frames, MiB. */
export const memory: Bench = async (emit) => {
  const own = (i: number): FrameProcessor => defineProcessor(`own-${i}`, { down: { 'input-audio': (frame) => ({ ...frame }) } });
  const session = createSession(
    chain(
      'row',
      own(1),
      parallel(own(2), defineProcessor('beside', {})),
      fromOperator(
        'same',
        map((frame) => frame),
      ),
    ),
  );
  await session.start();
  let seen = 0;
  const tap = session.frames$.subscribe(() => void seen++);
  const samples = new Int16Array(0);
  const send = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      session.send(session.frame('input-audio', { samples, sampleRate: 16_000, channels: 1 }));
      if (i % 100_000 === 0) await breathe();
    }
  };
  await send(100_000);
  tap.unsubscribe();
  await collectGarbage();
  const before = usedMiB();
  await send(frames * 0.9);
  // The last million with somebody watching.
  const again = session.frames$.subscribe(() => void seen++);
  await send(frames * 0.1);
  again.unsubscribe();
  await collectGarbage();
  emit({ bench: 'memory.10-million-frames', value: usedMiB() - before, unit: 'MiB', runs: 1 });
  if (seen < frames * 0.1) throw new Error(`The tap saw only ${seen} frames.`);
  session.cancel();
  await wholeBot(emit);

  // What keeping every id costs: a check that could not see this would be worth nothing.
  const controlBefore = usedMiB();
  const ids: number[] = [];
  for (let i = 0; i < frames; i++) ids.push(i);
  await collectGarbage();
  emit({ bench: 'memory.10-million-frames.control', value: usedMiB() - controlBefore, unit: 'MiB', runs: 1 });
  if (ids.length !== frames) throw new Error('Ids are missing.');
};
