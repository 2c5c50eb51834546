/** What a voice activity detector has decided. Times are milliseconds of the stream since its first sample. */
export interface VadDecision {
  readonly type: 'start' | 'stop';
  /** When it was decided: how much of the stream had been heard. */
  readonly atMs: number;
  /** Where speech is held to have begun or ended. */
  readonly speechAtMs: number;
}

/**
 * Hears one stream and says where speech begins and ends. One stream, one engine: it holds a few kB of state.
 *
 * @typeParam Decisions - `readonly VadDecision[]`, or a promise of it when a model outside of JavaScript computes.
 */
export interface VadEngine<Decisions extends VadDecisions = readonly VadDecision[]> {
  readonly name: string;
  /** Rate of the samples that `process` takes, samples a second. */
  readonly sampleRate: number;
  /** The step in which it decides. */
  readonly frameMs: number;
  /** How much audio before the decision belongs to the utterance: what is captured starts `prefixMs` before `speechAtMs`. */
  readonly prefixMs: number;
  /** Hears the next samples, mono and any number of them, and returns what they decide, in order. */
  process(samples: Int16Array): Decisions;
  /** Ends the stream: hears what is left of the last frame and stops speech that is still open. Then it is as new. */
  flush(): Decisions;
  /** Forgets the stream; the next sample is the first of a new one. */
  reset(): void;
}

/** What an engine answers with: at once, or later. */
export type VadDecisions = readonly VadDecision[] | Promise<readonly VadDecision[]>;

/** An engine whose model has to be awaited. Calls may overlap; they are answered in order. */
export type AsyncVadEngine = VadEngine<Promise<readonly VadDecision[]>>;
