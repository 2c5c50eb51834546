import {
  type Clock,
  createSession,
  type FrameKind,
  realClock,
  type Session,
  type SessionReport,
  VirtualClock,
} from '@voxrill/core';
import { ensureModels } from '@voxrill/local';
import type { Audience } from './audience.js';
import { composeBot } from './compose-bot.js';
import { DownloadBar } from './download-bar.js';
import { JsonLines } from './json-lines.js';
import { Narrator } from './narrator.js';
import type { RunOptions } from './run-options.js';
import { TurnTimings } from './turn-timings.js';

/** Kinds that travel downwards only; all others are looked at where they leave the pipeline at its top. */
const downwards: ReadonlySet<FrameKind> = new Set<FrameKind>(['tts-started', 'vad-user-stopped-speaking']);

/** Lets the recording speak to the bot; returns the exit code. */
export async function runBot(options: RunOptions): Promise<number> {
  const stopping = new AbortController();
  const onSignal = (): void => stopping.abort(new Error('Stopped before the end.'));
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    await fetchModels(options, stopping.signal);
    return await converse(options, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    process.stderr.write('voxrill: Stopped before the end.\n');
    return 130;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

async function fetchModels({ stt }: RunOptions, signal: AbortSignal): Promise<void> {
  const bar = new DownloadBar(process.stderr);
  try {
    await ensureModels({ size: stt, onProgress: (progress) => bar.show(progress), signal });
  } finally {
    bar.clear();
  }
}

async function converse(options: RunOptions, signal: AbortSignal): Promise<number> {
  const clock = options.fast ? new VirtualClock() : realClock();
  const session = createSession(composeBot(options), { clock, startMs: 120_000, drainMs: 60_000 });
  const timings = new TurnTimings();
  const audience: Audience = options.json ? new JsonLines(process.stdout) : new Narrator(process.stdout);
  session.frames$.subscribe(({ frame, to, direction }) => {
    // Many frames go both ways; each is looked at once.
    if (to === 'session' && (direction === 'down') === downwards.has(frame.kind)) audience.sees(frame, timings.sees(frame));
  });
  const onAbort = (): void => session.cancel('stopped by the user');
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    const report = await played(session, clock);
    audience.concludes(report, timings.answered, options);
    return exitCode(report, options);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Starts the session and waits until it is over, so that nothing half-written stays even if the start fails. */
async function played(session: Session, clock: Clock): Promise<SessionReport> {
  const [started, passed] = await Promise.allSettled([
    session.start(),
    clock instanceof VirtualClock ? clock.runUntil(session.done) : true,
  ]);
  if (passed.status === 'rejected' || !passed.value) {
    session.cancel();
    if (clock instanceof VirtualClock) await clock.runUntil(session.done);
  }
  if (started.status === 'rejected') {
    await session.done;
    throw started.reason;
  }
  if (passed.status === 'rejected') throw passed.reason;
  if (!passed.value) throw new Error('The session came to a standstill; run it again without --fast.');
  return session.done;
}

/** 0 only if there was something to answer and all of it was answered. Says on standard error what was not. */
function exitCode(report: SessionReport, { input }: RunOptions): number {
  const complaint =
    report.reason === 'cancelled'
      ? 'Stopped before the end.'
      : report.reason !== 'ended'
        ? (report.detail ?? 'The session failed.')
        : report.totalTurns === 0
          ? `No speech was understood in ${input}; there is nothing to answer.`
          : report.unansweredTurns > 0
            ? `${report.unansweredTurns} of ${report.totalTurns} turns were not answered.`
            : undefined;
  if (complaint === undefined) return 0;
  process.stderr.write(`voxrill: ${complaint}\n`);
  return report.reason === 'cancelled' ? 130 : 1;
}
