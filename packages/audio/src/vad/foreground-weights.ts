/** A straight line through what is known of a frame: above 0 a voice in the foreground is likelier than none. */
export interface ForegroundWeights {
  readonly bias: number;
  /** For the level features. */
  readonly levels: readonly number[];
  /** For the values inside the network; empty for a network that does not show them. */
  readonly inside: readonly number[];
}
