import type { SpeechJudge } from './speech-judge.js';
import type { Evidence } from './speech-timeline.js';

/** Running speech goes on down to this far below the threshold (Silero's own recommendation). */
const HYSTERESIS = 0.15;

const speech = { value: 1, loud: 1 } as const satisfies Evidence;
const none = { value: -1, loud: 1 } as const satisfies Evidence;

/** Takes a network at its word: a frame is speech from `threshold` on. */
export class ProbabilityJudge implements SpeechJudge {
  readonly resumeMs = 32;
  readonly lagMs = 0;
  readonly #threshold: number;

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  hear(_frame: Float32Array, probability: number, _inside: Float32Array, speaking: boolean): Evidence {
    const needed = speaking ? this.#threshold - HYSTERESIS : this.#threshold;
    return probability >= needed ? speech : none;
  }

  /** There is nothing to forget. */
  reset(): void {}
}
