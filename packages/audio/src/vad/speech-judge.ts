import type { Evidence } from './speech-timeline.js';

/** Weighs what is known of a frame against what was heard before. */
export interface SpeechJudge {
  /** How much evidence makes running speech go on after a pause; see `SpeechTimeline`. */
  readonly resumeMs: number;
  /**
   * Hears the next frame of 512 samples at 16 kHz and returns the evidence in the window that ends with it.
   *
   * @param probability - What a network says, or 0 without one.
   * @param inside - What the network found on its way, if it shows it.
   * @param speaking - Whether speech is held to be going on.
   */
  hear(frame: Float32Array, probability: number, inside: Float32Array | undefined, speaking: boolean): Evidence;
  reset(): void;
}
