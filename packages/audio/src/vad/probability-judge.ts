import { EvidenceWindow } from './evidence-window.js';
import type { SpeechJudge } from './speech-judge.js';
import type { Evidence } from './speech-timeline.js';

/** Running speech goes on down to this far below the threshold (Silero's own recommendation). */
const HYSTERESIS = 0.15;

/** Takes a network at its word: a frame is speech from `threshold` on. */
export class ProbabilityJudge implements SpeechJudge {
  readonly resumeMs = 32;
  readonly #threshold: number;
  readonly #window: EvidenceWindow;

  constructor(threshold: number, frames: number) {
    this.#threshold = threshold;
    this.#window = new EvidenceWindow(frames);
  }

  hear(_frame: Float32Array, probability: number, _inside: Float32Array | undefined, speaking: boolean): Evidence {
    const needed = speaking ? this.#threshold - HYSTERESIS : this.#threshold;
    this.#window.push(probability >= needed ? 1 : -1, 1);
    return this.#window;
  }

  reset(): void {
    this.#window.reset();
  }
}
