import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type Clock,
  createSession,
  type FrameKind,
  type FrameProcessor,
  realClock,
  type Session,
  type SessionReport,
  VirtualClock,
} from '@voxrill/core';
import { UsageError } from '../command-line/usage-error.js';
import { type OwnService, ownService } from '../realtime/own-service.js';
import type { RealtimeService } from '../realtime/realtime-service.js';
import type { Audience } from './audience.js';
import { composeBot, composeRealtimeBot } from './compose-bot.js';
import { fetchWeights } from './fetch-weights.js';
import { JsonLines } from './json-lines.js';
import { Narrator } from './narrator.js';
import type { RunOptions } from './run-options.js';
import { SpokenSentences } from './spoken-sentences.js';
import { TurnTimings } from './turn-timings.js';

/** Kinds that travel downwards only; all others are looked at where they leave the pipeline at its top. */
const downwards: ReadonlySet<FrameKind> = new Set<FrameKind>([
  'tts-started',
  'tts-text',
  'tts-stopped',
  'vad-user-stopped-speaking',
]);

/** Lets the recording speak to the bot; returns the exit code. */
export async function runBot(options: RunOptions, signal: AbortSignal): Promise<number> {
  try {
    await mustNotOverwrite(options);
    const { realtime } = options;
    if (realtime?.connection === undefined) await fetchWeights(options.stt, signal);
    if (realtime === undefined) return await converse(composeBot(options), options, signal);
    const { connection, close } = await serviceOf(realtime, options, signal);
    try {
      return await converse(composeRealtimeBot(options, connection), options, signal);
    } finally {
      await close();
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

/** The service that was chosen, or a server of our own that ends with the run. */
async function serviceOf({ connection }: RealtimeService, options: RunOptions, signal: AbortSignal): Promise<OwnService> {
  return connection === undefined ? ownService(options, signal) : { connection, close: async () => undefined };
}

/** The reply must not take the place of the recording, whatever the two paths look like. */
async function mustNotOverwrite({ input, output }: RunOptions): Promise<void> {
  const [from, to] = await Promise.all([input, output].map((path) => realpath(path).catch(() => resolve(path))));
  if (from === to) throw new UsageError(`--output would overwrite the recording ${input}; name another file.`);
}

async function converse(bot: FrameProcessor, options: RunOptions, signal: AbortSignal): Promise<number> {
  const clock = options.fast ? new VirtualClock() : realClock();
  const session = createSession(bot, { clock, startMs: 120_000, drainMs: 60_000 });
  const timings = new TurnTimings();
  const sentences = new SpokenSentences();
  const audience: Audience = options.json ? new JsonLines(process.stdout) : new Narrator(process.stdout);
  session.frames$.subscribe(({ frame, to, direction }) => {
    // Many frames go both ways; each is looked at once.
    if (to === 'session' && (direction === 'down') === downwards.has(frame.kind))
      audience.sees(frame, timings.sees(frame), sentences.sees(frame));
  });
  const onAbort = (): void => session.cancel('stopped by the user');
  signal.addEventListener('abort', onAbort, { once: true });
  const place = options.realtime?.place;
  // Who is there, and takes the key, is known when the session has started.
  const tell = (): void => {
    if (place !== undefined) process.stderr.write(`Talking to ${place}.\n`);
  };
  try {
    signal.throwIfAborted();
    const report = await played(session, clock, tell);
    audience.concludes(report, timings.answered, options);
    return exitCode(report, options, signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Starts the session and waits until it is over, so that nothing half-written stays even if the start fails. */
async function played(session: Session, clock: Clock, onStart: () => void): Promise<SessionReport> {
  const [started, passed] = await Promise.allSettled([
    session.start().then(onStart),
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

/** 0 only if there was something to answer, all of it was answered and the reply was written. Says what was not. */
function exitCode(report: SessionReport, options: RunOptions, signal: AbortSignal): number {
  if (signal.aborted) throw signal.reason;
  const complaint = complaintAbout(report, options);
  if (complaint === undefined) return 0;
  process.stderr.write(`voxrill: ${complaint}\n`);
  return 1;
}

function complaintAbout(report: SessionReport, { input, output }: RunOptions): string | undefined {
  const lastError = report.errors.at(-1)?.message;
  if (report.reason !== 'ended') return report.detail ?? lastError ?? 'The session failed.';
  if (report.totalTurns === 0 && lastError !== undefined)
    return `Nothing in ${input} was answered, since this went wrong: ${lastError}`;
  if (report.totalTurns === 0) return `No speech was understood in ${input}; there is nothing to answer.`;
  if (report.unansweredTurns > 0) {
    const why = lastError === undefined ? 'The model had nothing to say.' : lastError;
    return `${report.unansweredTurns} of ${report.totalTurns} turns were not answered: ${why}`;
  }
  if (!existsSync(output)) return `The reply could not be written to ${output}: ${lastError ?? 'the file is not there.'}`;
  return undefined;
}
