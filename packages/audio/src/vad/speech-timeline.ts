import type { VadDecision } from './vad-engine.js';

/** How evidence becomes decisions. Evidence counts in frames: +1 is a frame that surely holds speech. */
export interface SpeechTimelineOptions {
  readonly frameMs: number;
  /** How much evidence begins speech. */
  readonly startMs: number;
  /** How long after the last speech it is held to have ended. */
  readonly stopMs: number;
  /** How much evidence makes speech go on after a pause that has used all of it up. */
  readonly resumeMs: number;
}

/** The evidence in the last frames of a stream, oldest first. */
export interface Evidence {
  readonly count: number;
  /** −1 … 1 for each frame. */
  readonly values: ArrayLike<number>;
  /** Which part of each frame is loud, 0 … 1: places an edge inside a frame. */
  readonly loud: ArrayLike<number>;
}

/**
 * Turns evidence into decisions, one frame after the other.
 *
 * This is Page's cumulative sum (Biometrika 41, 1954), the quickest detector of a change for a given rate of false alarms.
 * Evidence adds up, never below nothing and never above what is needed. Speech begins when the sum is full and is dated back
 * to where it was last empty; it goes on as long as the sum comes back to full, so that a stray loud frame in the pause
 * after it does not lengthen it. The sum is taken anew over the whole window at each frame, because evidence about the past changes
 * as the background becomes known.
 */
export class SpeechTimeline {
  readonly #options: SpeechTimelineOptions;
  /** Frames so far. */
  #heard = 0;
  /** First frame that the sum may count: what belongs to the utterance before must not begin the next one. */
  #from = 0;
  #startMs = 0;
  #speaking = false;
  #lastVoicedMs = 0;

  constructor(options: SpeechTimelineOptions) {
    this.#options = options;
  }

  get speaking(): boolean {
    return this.#speaking;
  }

  /** Takes the window that ends with the next frame. */
  advance(evidence: Evidence): VadDecision | undefined {
    this.#heard += 1;
    return this.#speaking ? this.#goOn(evidence) : this.#begin(evidence);
  }

  #begin({ count, values, loud }: Evidence): VadDecision | undefined {
    const { frameMs, startMs } = this.#options;
    const first = this.#heard - count;
    let sum = 0;
    let rise = 0;
    for (let i = Math.max(0, this.#from - first); i < count; i++) {
      const value = values[i] as number;
      if (sum <= 0 && value > 0) rise = i;
      sum = Math.min(startMs, Math.max(0, sum + value * frameMs));
    }
    if (sum < startMs - 1e-6) return undefined;
    this.#speaking = true;
    this.#from = first + rise;
    this.#startMs = (first + rise + 1 - (loud[rise] as number)) * frameMs;
    this.#lastVoicedMs = this.#heard * frameMs;
    return { type: 'start', atMs: this.#heard * frameMs, speechAtMs: this.#startMs };
  }

  #goOn({ count, values, loud }: Evidence): VadDecision | undefined {
    const { frameMs, stopMs, resumeMs } = this.#options;
    const first = this.#heard - count;
    let sum = resumeMs;
    let voiced = -1;
    for (let i = Math.max(0, this.#from - first); i < count; i++) {
      const value = values[i] as number;
      sum = Math.min(resumeMs, Math.max(0, sum + value * frameMs));
      if (value > 0 && sum >= resumeMs - 1e-6) voiced = i;
    }
    if (voiced >= 0) this.#lastVoicedMs = Math.max(this.#startMs, (first + voiced + (loud[voiced] as number)) * frameMs);
    if (this.#heard * frameMs - this.#lastVoicedMs < stopMs) return undefined;
    return this.close();
  }

  /** Ends speech that is open, where it was last heard. */
  close(): VadDecision | undefined {
    if (!this.#speaking) return undefined;
    const { frameMs } = this.#options;
    this.#speaking = false;
    this.#from = Math.ceil(this.#lastVoicedMs / frameMs);
    return { type: 'stop', atMs: this.#heard * frameMs, speechAtMs: this.#lastVoicedMs };
  }

  reset(): void {
    this.#speaking = false;
    this.#heard = 0;
    this.#from = 0;
  }
}
