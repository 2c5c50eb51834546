import type { VadDecision } from '@voxrill/audio';
import type { Interval } from './labels.js';

/** How a detector did on one or several recordings. */
export interface Score {
  /** Milliseconds of speech found, of what was no speech taken for it, of speech missed, and of no speech at all. */
  found: number;
  wrong: number;
  missed: number;
  quiet: number;
  /** How long after its onset the first speech of each recording was decided, in milliseconds. */
  readonly onsets: number[];
  /** How far after the last label the last speech was held to end, in milliseconds. */
  readonly offsets: number[];
  /** How often it said "start" where no speech was within the utterance that it then heard. */
  falseStarts: number;
  /** Recordings in which no speech was heard at all. */
  deaf: number;
}

const STEP_MS = 10;

export function emptyScore(): Score {
  return { found: 0, wrong: 0, missed: 0, quiet: 0, onsets: [], offsets: [], falseStarts: 0, deaf: 0 };
}

/** Adds one recording. Precision is taken on [start.speechAtMs, stop.speechAtMs], in steps of 10 ms. */
export function addScore(score: Score, decisions: readonly VadDecision[], speech: readonly Interval[], durationMs: number): void {
  const heard: Interval[] = [];
  for (let i = 0; i + 1 < decisions.length; i += 2) {
    heard.push({ fromMs: decisions[i]?.speechAtMs ?? 0, toMs: decisions[i + 1]?.speechAtMs ?? 0 });
  }
  for (let t = STEP_MS / 2; t < durationMs; t += STEP_MS) {
    const is = holds(speech, t);
    const said = holds(heard, t);
    if (is && said) score.found += STEP_MS;
    else if (said) score.wrong += STEP_MS;
    else if (is) score.missed += STEP_MS;
    if (!is) score.quiet += STEP_MS;
  }
  for (const one of heard) if (!speech.some((label) => overlap(label, one))) score.falseStarts += 1;
  const [first, last] = [speech[0], speech.at(-1)];
  if (first === undefined || last === undefined) return;
  // A start that came before the onset and goes on into the speech has no delay that could be told.
  const begins = heard.findIndex((one) => overlap(first, one));
  const decidedMs = decisions[2 * begins]?.atMs;
  if (begins < 0) score.deaf += 1;
  else if (decidedMs !== undefined && decidedMs > first.fromMs) score.onsets.push(decidedMs - first.fromMs);
  const ends = heard.filter((one) => overlap(last, one)).at(-1);
  if (ends !== undefined) score.offsets.push(ends.toMs - last.toMs);
}

export function precision({ found, wrong }: Score): number {
  return found / Math.max(1, found + wrong);
}

export function recall({ found, missed }: Score): number {
  return found / Math.max(1, found + missed);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function holds(intervals: readonly Interval[], t: number): boolean {
  return intervals.some(({ fromMs, toMs }) => t >= fromMs && t < toMs);
}

function overlap(a: Interval, b: Interval): boolean {
  return a.fromMs < b.toMs && b.fromMs < a.toMs;
}
