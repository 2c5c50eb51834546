import { meanPower, powerToDb } from '../pcm/level.js';

/** A stretch in which somebody is heard; milliseconds of the recording. */
export interface SpeechSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** Options of {@link speechSpans}. */
export interface SpeechSpanOptions {
  /** How far above the background a sound must be, in dB. */
  readonly aboveFloorDb: number;
  /** What is softer than this is never heard, in dBFS. */
  readonly minLevelDb: number;
  /** A pause shorter than this lies within a stretch. */
  readonly pauseMs: number;
}

/** Length of a window: so exact is an edge. */
const windowMs = 5;
/** Digital silence would be infinitely far below everything. */
const lowestDb = -100;
/** The valley between two beats of a deep voice is no pause. */
const bridgeMs = 30;
/** A shorter sound is a click. */
const leastMs = 40;
/** How far below the loud parts of a channel speech may lie; softer is what the microphone hears of the other side. */
const rangeDb = 35;

/** Follows the level of one channel, in windows of 5 ms. */
export class LevelTrack {
  readonly levels: number[] = [];
  readonly #window: Int16Array;
  #filled = 0;

  constructor(sampleRate: number) {
    this.#window = new Int16Array(Math.max(1, Math.round((sampleRate * windowMs) / 1000)));
  }

  push(sample: number): void {
    this.#window[this.#filled++] = sample;
    if (this.#filled < this.#window.length) return;
    this.#filled = 0;
    this.levels.push(Math.max(lowestDb, powerToDb(meanPower(this.#window))));
  }
}

/** Where a channel holds speech: windows that are louder than its own background. */
export function speechSpans(levels: readonly number[], options: SpeechSpanOptions): readonly SpeechSpan[] {
  const { aboveFloorDb, minLevelDb, pauseMs } = options;
  const sorted = [...levels].sort((a, b) => a - b);
  const floor = percentileOf(sorted, 10) ?? lowestDb;
  const loud = percentileOf(sorted, 98) ?? lowestDb;
  const threshold = Math.max(floor + aboveFloorDb, loud - rangeDb, minLevelDb);
  const windows: SpeechSpan[] = [];
  levels.forEach((level, i) => {
    if (level >= threshold) windows.push({ startMs: i * windowMs, endMs: (i + 1) * windowMs });
  });
  const sounds = joined(windows, bridgeMs).filter(({ startMs, endMs }) => endMs - startMs >= leastMs);
  return joined(sounds, pauseMs);
}

/** The value below which so many percent lie, by nearest rank. */
export function percentileOf(sorted: readonly number[], percent: number): number | undefined {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

function joined(spans: readonly SpeechSpan[], gapMs: number): SpeechSpan[] {
  const all: SpeechSpan[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last !== undefined && span.startMs - last.endMs < gapMs)
      all[all.length - 1] = { startMs: last.startMs, endMs: span.endMs };
    else all.push(span);
  }
  return all;
}
