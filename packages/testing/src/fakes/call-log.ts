import type { ServiceCall } from '@voxrill/core';

/** How many calls a fake remembers; of older ones only the number is kept. */
const maxKept = 1000;

/** How a call to a fake ended: by itself, with an error, or because nobody wanted it any more. */
export type CallOutcome = 'running' | 'finished' | 'failed' | 'aborted';

/** What every fake notes of a call; milliseconds of the clock of the call. */
export interface CallRecord {
  readonly startedAtMs: number;
  endedAtMs: number | undefined;
  outcome: CallOutcome;
}

/** The calls that a fake got, in order. Bounded, so that a fake can serve a soak test. */
export class CallLog<T extends CallRecord> {
  readonly #kept: T[] = [];
  #total = 0;

  /** The last thousand calls, oldest first. */
  get calls(): readonly T[] {
    return this.#kept;
  }

  /** How many there were in all. */
  get total(): number {
    return this.#total;
  }

  open(record: T): T {
    this.#total++;
    this.#kept.push(record);
    if (this.#kept.length > maxKept) this.#kept.shift();
    return record;
  }

  /** Runs what a call is to do, and notes when and how it ended. */
  async *during<Part>(record: T, { clock, signal }: ServiceCall, work: AsyncGenerator<Part>): AsyncGenerator<Part> {
    try {
      yield* work;
      record.outcome = 'finished';
    } catch (error) {
      record.outcome = signal.aborted ? 'aborted' : 'failed';
      throw error;
    } finally {
      record.endedAtMs = clock.now();
      if (record.outcome === 'running') record.outcome = 'aborted';
    }
  }
}
