import {
  type AudioFormat,
  type AudioSink,
  createSession,
  defineProcessor,
  type FrameProcessor,
  pacedSink,
  realClock,
  type Session,
  type SessionContext,
} from '@voxrill/core';
import { cascade, sampleRate, vadStarted } from './fakes.js';
import type { Bench } from './figure.js';
import { breathe, median } from './measure.js';

/** A stage that never gets done with the first of these frames, so that all behind it have to wait. */
const busy = (): FrameProcessor =>
  defineProcessor('busy', {
    down: { 'tts-words': (_frame, context) => new Promise((_, reject) => context.signal.addEventListener('abort', reject)) },
  });

/** A paced sink that says when it had been cleared. */
export class WatchedSink {
  clearedAt = 0;
  queuedChunks = 0;
  readonly open = (format: AudioFormat, session: SessionContext): AudioSink => {
    const sink = pacedSink({ play: () => undefined }, format, session);
    return {
      format: sink.format,
      played$: sink.played$,
      write: (chunk) => {
        this.queuedChunks++;
        sink.write(chunk);
      },
      clear: () => {
        const position = sink.clear();
        this.clearedAt = performance.now();
        return position;
      },
      close: () => sink.close(),
    };
  };
}

/** Five seconds of speech, of which none can have been played when the user breaks in. */
function speakLong(session: Session): void {
  const utterance = 'u';
  session.send(session.frame('tts-started', { utterance, text: 'A long story that nobody will hear to its end.' }));
  for (let i = 0; i < 250; i++) {
    session.send(session.frame('tts-audio', { utterance, samples: new Int16Array(320), sampleRate, channels: 1 }));
  }
}

/**
 * Milliseconds from the detector's mark to the cleared sink, with so many frames waiting in a busy stage. Just before, the
 * same is done in another session: making ten thousand frames has emptied the caches, and without this the figure would
 * tell of them and not of the backlog.
 */
async function bargeIn(backlog: number, other?: () => Promise<number>): Promise<number> {
  const sink = new WatchedSink();
  const session = createSession(cascade({ openSink: sink.open, beforeOutput: busy() }), { clock: realClock() });
  await session.start();
  speakLong(session);
  if (backlog > 0) {
    for (let i = 0; i <= backlog; i++) session.send(session.frame('tts-words', { utterance: 'u', words: [] }));
  }
  await breathe();
  if (sink.queuedChunks !== 250) throw new Error(`${sink.queuedChunks} of 250 chunks had reached the sink.`);
  await other?.();
  const began = performance.now();
  vadStarted(session);
  const ms = sink.clearedAt - began;
  if (!(ms > 0)) throw new Error('The sink was not cleared before send() returned.');
  session.cancel();
  const report = await session.done;
  if (report.dropped.stale < backlog) throw new Error(`Only ${report.dropped.stale} of ${backlog} waiting frames were dropped.`);
  return ms;
}

/** Only the sink: the same five seconds, cleared by whoever wrote them. */
async function bareClear(): Promise<number> {
  const clock = realClock();
  const sink = pacedSink({ play: () => undefined }, { sampleRate, channels: 1 }, { clock, guard: (_name, run) => run() });
  for (let i = 0; i < 250; i++) sink.write(new Int16Array(320));
  await breathe();
  const began = performance.now();
  sink.clear();
  const ms = performance.now() - began;
  await sink.close();
  return ms;
}

/** From the mark of a detector to the cleared sink, ms. */
export const bargeIns: Bench = async (emit) => {
  const runs = 60;
  const candidates = {
    'barge-in.idle': () => bargeIn(0, () => bargeIn(0)),
    'barge-in.behind-200': () => bargeIn(200, () => bargeIn(0)),
    'barge-in.behind-10000': () => bargeIn(10_000, () => bargeIn(0)),
    'barge-in.control': bareClear,
  };
  const taken = new Map<string, number[]>();
  for (let run = -10; run < runs; run++) {
    for (const [bench, measure] of Object.entries(candidates)) {
      const ms = await measure();
      if (run >= 0) taken.set(bench, [...(taken.get(bench) ?? []), ms]);
    }
  }
  for (const [bench, values] of taken) emit({ bench, value: median(values), unit: 'ms', runs });
};
