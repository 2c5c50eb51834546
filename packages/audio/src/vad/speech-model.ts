/**
 * A network that says how likely a frame holds speech, with the state of one stream.
 *
 * @typeParam Result - `number` for a model that computes in place, `Promise<number>` for one that has to be awaited.
 */
export interface SpeechModel<Result extends number | Promise<number> = number> {
  readonly name: string;
  /** Rate of the samples that it takes, samples a second. */
  readonly sampleRate: number;
  /** How many samples one frame has. */
  readonly frameSamples: number;
  /** Probability of speech, 0 … 1, in this frame of samples from −1 to 1. The frame may be reused once the result is there. */
  probability(frame: Float32Array): Result;
  /** What the network found in the last frame on its way to the probability, if it shows it. */
  readonly inside?: Float32Array;
  /** Forgets everything heard so far. */
  reset(): void;
}
