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
  /** How much later than the voice the evidence for it comes; a beginning is dated back by it. */
  readonly lagMs: number;
}

/** What speaks for speech in one frame. */
export interface Evidence {
  /** −1, surely none, to 1, surely speech. */
  readonly value: number;
  /** Which part of the frame is loud, 0 … 1: places an edge inside the frame. */
  readonly loud: number;
}

/** Sums of thirds are not exact to the last bit. */
const ROUNDING_MS = 1e-6;

/**
 * Turns evidence into decisions, one frame after the other.
 *
 * This is Page's cumulative sum (Biometrika 41, 1954), the quickest detector of a change for a given rate of false alarms.
 * Evidence adds up, never below nothing and never above what is needed. Speech begins when the sum is full and is dated back to where
 * it was last empty; it goes on as long as the sum comes back to full, so that a stray loud frame in the pause after it does not
 * lengthen it.
 */
export class SpeechTimeline {
  readonly #options: SpeechTimelineOptions;
  #speaking = false;
  #sumMs = 0;
  #heardMs = 0;
  #riseMs = 0;
  #lastVoicedMs = 0;

  constructor(options: SpeechTimelineOptions) {
    this.#options = options;
  }

  get speaking(): boolean {
    return this.#speaking;
  }

  /** Takes the evidence in the next frame. */
  advance({ value, loud }: Evidence): VadDecision | undefined {
    const { frameMs, startMs, resumeMs } = this.#options;
    const full = this.#speaking ? resumeMs : startMs;
    if (this.#sumMs <= 0 && value > 0) this.#riseMs = this.#heardMs + frameMs * (1 - loud);
    this.#heardMs += frameMs;
    this.#sumMs = Math.min(full, Math.max(0, this.#sumMs + value * frameMs));
    const isFull = value > 0 && this.#sumMs > full - ROUNDING_MS;
    return this.#speaking ? this.#goOn(isFull, value > 0, loud) : this.#begin(isFull);
  }

  #begin(isFull: boolean): VadDecision | undefined {
    if (!isFull) return undefined;
    this.#speaking = true;
    this.#sumMs = this.#options.resumeMs;
    // It does not begin before the speech before it has ended.
    const speechAtMs = Math.max(this.#riseMs - this.#options.lagMs, this.#lastVoicedMs);
    this.#lastVoicedMs = this.#heardMs;
    return { type: 'start', atMs: this.#heardMs, speechAtMs };
  }

  #goOn(isFull: boolean, rising: boolean, loud: number): VadDecision | undefined {
    const { frameMs, stopMs } = this.#options;
    if (isFull) this.#lastVoicedMs = Math.max(this.#lastVoicedMs, this.#heardMs - frameMs * (1 - loud));
    // A word that has just begun at the end of the pause gets the chance to go on.
    return rising || this.#heardMs - this.#lastVoicedMs < stopMs ? undefined : this.close();
  }

  /** Ends speech that is open, where it was last heard. */
  close(): VadDecision | undefined {
    if (!this.#speaking) return undefined;
    this.#speaking = false;
    return { type: 'stop', atMs: this.#heardMs, speechAtMs: this.#lastVoicedMs };
  }

  reset(): void {
    this.#speaking = false;
    this.#sumMs = 0;
    this.#heardMs = 0;
    this.#lastVoicedMs = 0;
  }
}
