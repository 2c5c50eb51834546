import type { Evidence } from './speech-timeline.js';

/** Weighs what is known of a frame against what was heard before. */
export interface SpeechJudge {
  /** How much evidence makes running speech go on after a pause; see `SpeechTimeline`. */
  readonly resumeMs: number;
  /** How much later than the voice its evidence comes; see `SpeechTimeline`. */
  readonly lagMs: number;
  /**
   * Hears the next frame of 512 samples at 16 kHz and returns the evidence in it. The result is only valid until the next frame.
   *
   * @param probability - What a network says, or 0 without one.
   * @param inside - What the network found on its way; empty if it does not show it.
   * @param speaking - Whether speech is held to be going on.
   */
  hear(frame: Float32Array, probability: number, inside: Float32Array, speaking: boolean): Evidence;
  reset(): void;
}
