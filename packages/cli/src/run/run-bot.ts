import { createSession, type FrameKind, realClock, type SessionReport, VirtualClock } from '@voxrill/core';
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
  const bar = new DownloadBar(process.stderr);
  const stopping = new AbortController();
  await ensureModels({ size: options.stt, onProgress: (progress) => bar.show(progress), signal: stopping.signal });
  bar.clear();

  const clock = options.fast ? new VirtualClock() : realClock();
  const session = createSession(composeBot(options), { clock, startMs: 120_000, drainMs: 60_000 });
  const timings = new TurnTimings();
  const audience: Audience = options.json ? new JsonLines(process.stdout) : new Narrator(process.stdout);
  session.frames$.subscribe(({ frame, to, direction }) => {
    // Many frames go both ways; each is looked at once.
    if (to === 'session' && (direction === 'down') === downwards.has(frame.kind)) audience.sees(frame, timings.sees(frame));
  });

  const onSignal = (): void => session.cancel('stopped by the user');
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const started = session.start();
    if (clock instanceof VirtualClock) await clock.runUntil(session.done);
    await started;
    const report = await session.done;
    audience.concludes(report, timings.answered, options);
    return exitCode(report, options);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
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
