import { BandLevels } from './band-levels.js';
import { LoudPart } from './loud-part.js';
import { NoiseFloor } from './noise-floor.js';
import type { SpeechJudge } from './speech-judge.js';
import type { Evidence } from './speech-timeline.js';

/** Share of a new frame in the smoothed level. */
const SMOOTHING = 0.4;
/** So many dB over the threshold are full evidence. */
const FULL_DB = 3;
/** How far the dips of a steady background lie below its mean. */
const DIP_DB = 1.5;

/** Options of {@link LevelJudge}. */
export interface LevelJudgeOptions {
  /** How far above the background speech begins, in dB. */
  readonly thresholdDb: number;
  /** Frames below this level are never speech, in dBFS. */
  readonly minLevelDb: number;
}

/** Evidence from the smoothed level of the voice band over an adaptive background, and from nothing else. */
export class LevelJudge implements SpeechJudge {
  readonly resumeMs = 32;
  readonly lagMs = 0;
  readonly #options: LevelJudgeOptions;
  readonly #evidence = { value: 0, loud: 0 };
  #begun = false;
  readonly #levels = new BandLevels();
  readonly #floor = new NoiseFloor(1);
  readonly #now = new Float64Array(1);
  readonly #loudPart = new LoudPart();
  #smoothed = 0;

  constructor(options: LevelJudgeOptions) {
    this.#options = options;
  }

  hear(frame: Float32Array, _probability: number, _inside: Float32Array, speaking: boolean): Evidence {
    const { thresholdDb, minLevelDb } = this.#options;
    this.#levels.measureVoice(frame);
    const { voice } = this.#levels;
    this.#now[0] = voice;
    if (!this.#begun) {
      this.#begun = true;
      this.#floor.begin(this.#now);
      this.#smoothed = voice;
    }
    this.#smoothed += SMOOTHING * (voice - this.#smoothed);
    const floor = this.#floor.levels[0] as number;
    const excess = this.#smoothed - floor;
    const loud = this.#loudPart.of(frame);
    // A spike that only the smoothing still remembers is over.
    const heard = voice >= Math.max(minLevelDb, floor + thresholdDb / 2);
    const evidence = heard ? Math.max(-1, Math.min(1, (excess - thresholdDb) / FULL_DB)) : -1;
    this.#evidence.value = speaking || evidence < 0 ? evidence : evidence * loud;
    this.#evidence.loud = loud;
    // Half of the threshold is not yet speech, but no longer surely background: in noise, words would lift it under themselves.
    this.#floor.update(this.#now, Math.max(0, Math.min(1, excess / (thresholdDb / 2))), DIP_DB);
    return this.#evidence;
  }

  reset(): void {
    this.#levels.reset();
    this.#loudPart.reset();
    this.#begun = false;
  }
}
