import { EvidenceWindow } from './evidence-window.js';
import { Foreground } from './foreground.js';
import type { ForegroundWeights } from './foreground-weights.js';
import type { SpeechJudge } from './speech-judge.js';
import type { Evidence } from './speech-timeline.js';

/** How many frames of evidence one unit of log odds is worth. */
const GAIN = 0.4;
/** Silence undoes what speech has gathered, but slower, so that the weak end of a word does not undo its vowel. */
const LEAST_EVIDENCE = -0.3;
/** Below this probability of Silero nothing is speech, however loud: a slammed door, a fan that starts. */
const LEAST_PROBABILITY = 0.3;
/** A step of 8 ms is loud from this far above the background on. */
const LOUD_DB = 3;

/** Options of {@link CombinedJudge}. */
export interface CombinedJudgeOptions {
  /** Probability from which on a frame speaks for a voice. */
  readonly threshold: number;
  /** Frames below this level are never speech, in dBFS. */
  readonly minLevelDb: number;
  /** How many frames to keep. */
  readonly frames: number;
}

/** Evidence from Silero and from the level over an adaptive background together. */
export class CombinedJudge implements SpeechJudge {
  readonly resumeMs = 128;
  readonly #foreground: Foreground;
  readonly #window: EvidenceWindow;
  /** Whether Silero and the level allow each frame of the window to be speech at all. */
  readonly #allowed: EvidenceWindow;
  readonly #odds: number;
  readonly #minLevelDb: number;

  constructor(weights: ForegroundWeights, options: CombinedJudgeOptions) {
    this.#foreground = new Foreground(weights, options.frames);
    this.#window = new EvidenceWindow(options.frames);
    this.#allowed = new EvidenceWindow(options.frames);
    this.#odds = Math.log(options.threshold / (1 - options.threshold));
    this.#minLevelDb = options.minLevelDb;
  }

  hear(frame: Float32Array, probability: number, inside: Float32Array | undefined): Evidence {
    const foreground = this.#foreground;
    foreground.hear(frame, probability, inside);
    const { steps, voice } = foreground.levels;
    const allowed = probability >= LEAST_PROBABILITY && voice >= this.#minLevelDb;
    let loud = 0;
    for (const step of steps) if (step > foreground.floorDb + LOUD_DB) loud += 1;
    this.#allowed.push(allowed ? 1 : 0, 0);
    // A frame at the edge counts as far as it is loud. None is taken for wholly silent: in noise weak steps belong to it too.
    this.#window.push(0, Math.max(1, loud) / steps.length);
    const { values } = this.#window;
    for (let i = 0; i < this.#window.count; i++) {
      const evidence = Math.max(LEAST_EVIDENCE, Math.min(1, GAIN * ((foreground.scores[i] as number) - this.#odds)));
      values[i] = this.#allowed.values[i] === 1 ? evidence : LEAST_EVIDENCE;
    }
    return this.#window;
  }

  reset(): void {
    this.#foreground.reset();
    this.#window.reset();
    this.#allowed.reset();
  }
}
