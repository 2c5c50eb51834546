import { Foreground } from './foreground.js';
import type { ForegroundWeights } from './foreground-network.js';
import { LoudPart } from './loud-part.js';
import type { SpeechJudge } from './speech-judge.js';
import type { Evidence } from './speech-timeline.js';

/** How many frames of evidence one unit of log odds is worth. */
const GAIN = 0.4;
/**
 * How far below the threshold a frame may lie, in log odds: of the frames that make up a beginning each may be less
 * sure than what makes speech go on.
 */
const BEGIN_ODDS = -1;
const GO_ON_ODDS = -0.75;
/** Silence undoes what speech has gathered, but slower, so that the weak end of a word does not undo its vowel. */
const LEAST_EVIDENCE = -0.3;
/** Below this probability of Silero nothing begins to be speech, however loud: a slammed door, a fan that starts. */
const LEAST_TO_BEGIN = 0.2;
/** And nothing goes on below this one: lower, because Silero gives up on a last "s" before it has faded. */
const LEAST_TO_GO_ON = 0.1;

/** Options of {@link CombinedJudge}. */
export interface CombinedJudgeOptions {
  /** Probability from which on a frame speaks for a voice. */
  readonly threshold: number;
  /** Frames below this level are never speech, in dBFS. */
  readonly minLevelDb: number;
}

/** Evidence from Silero and from the level over an adaptive background together. */
export class CombinedJudge implements SpeechJudge {
  readonly resumeMs = 32;
  readonly lagMs = 32;
  readonly #foreground: Foreground;
  readonly #evidence = { value: 0, loud: 0 };
  readonly #loudPart = new LoudPart();
  readonly #odds: number;
  readonly #minLevelDb: number;

  constructor(weights: ForegroundWeights, options: CombinedJudgeOptions) {
    this.#foreground = new Foreground(weights);
    this.#odds = Math.log(options.threshold / (1 - options.threshold));
    this.#minLevelDb = options.minLevelDb;
  }

  hear(frame: Float32Array, probability: number, inside: Float32Array, speaking: boolean): Evidence {
    const foreground = this.#foreground;
    const score = foreground.hear(frame, probability, inside);
    const { voice } = foreground.levels;
    const loud = this.#loudPart.of(frame);
    const possible = probability >= (speaking ? LEAST_TO_GO_ON : LEAST_TO_BEGIN) && voice >= this.#minLevelDb;
    const odds = this.#odds + (speaking ? GO_ON_ODDS : BEGIN_ODDS);
    const evidence = possible ? Math.max(LEAST_EVIDENCE, Math.min(1, GAIN * (score - odds))) : LEAST_EVIDENCE;
    // What begins speech is counted to 4 ms: 150 ms of voice are no start, although a network is sure of it for 250.
    this.#evidence.value = speaking || evidence < 0 ? evidence : evidence * loud;
    this.#evidence.loud = loud;
    return this.#evidence;
  }

  reset(): void {
    this.#foreground.reset();
    this.#loudPart.reset();
  }
}
