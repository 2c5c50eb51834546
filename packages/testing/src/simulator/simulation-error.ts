/** A simulated call did not go as its script expects. The message ends with the timeline of the call. */
export class SimulationError extends Error {
  /** What went wrong, in a sentence, without the timeline. */
  readonly complaint: string;
  readonly timeline: string;

  constructor(
    complaint: string,
    timeline: string,
    options: { readonly seed?: number | undefined; readonly cause?: unknown } = {},
  ) {
    const { seed, cause } = options;
    super(
      `${complaint}${seed === undefined ? '' : ` (seed ${seed})`}\n\n${timeline}\n`,
      cause === undefined ? undefined : { cause },
    );
    this.name = 'SimulationError';
    this.complaint = complaint;
    this.timeline = timeline;
    // The message holds both: who prints the error shows them once.
    for (const name of ['complaint', 'timeline']) Object.defineProperty(this, name, { enumerable: false });
  }
}
