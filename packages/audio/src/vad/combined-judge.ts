import { Foreground } from './foreground.js';
import type { ForegroundWeights } from './foreground-network.js';
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
}

/** Evidence from Silero and from the level over an adaptive background together. */
export class CombinedJudge implements SpeechJudge {
  readonly resumeMs = 128;
  readonly #foreground: Foreground;
  readonly #evidence = { value: 0, loud: 0 };
  readonly #odds: number;
  readonly #minLevelDb: number;

  constructor(weights: ForegroundWeights, options: CombinedJudgeOptions) {
    this.#foreground = new Foreground(weights);
    this.#odds = Math.log(options.threshold / (1 - options.threshold));
    this.#minLevelDb = options.minLevelDb;
  }

  hear(frame: Float32Array, probability: number, inside: Float32Array): Evidence {
    const foreground = this.#foreground;
    const score = foreground.hear(frame, probability, inside);
    const { steps, voice } = foreground.levels;
    let loud = 0;
    for (const step of steps) if (step > foreground.floorDb + LOUD_DB) loud += 1;
    const possible = probability >= LEAST_PROBABILITY && voice >= this.#minLevelDb;
    const evidence = possible ? Math.max(LEAST_EVIDENCE, Math.min(1, GAIN * (score - this.#odds))) : LEAST_EVIDENCE;
    // A frame at the edge counts as far as it is loud. None is taken for wholly silent: in noise weak steps belong to it too.
    this.#evidence.value = evidence;
    this.#evidence.loud = Math.max(1, loud) / steps.length;
    return this.#evidence;
  }

  reset(): void {
    this.#foreground.reset();
  }
}
