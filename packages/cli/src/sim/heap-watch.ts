import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The first batch pays for what is made once: compiled code, shapes, caches. */
const warmUp = 2;
/** Fewer batches say nothing about growth. */
const leastBatches = 6;
/** What compiled code and its statistics may still add in a run of any length. */
const toleranceBytes = 6 * 2 ** 20;

/** Measures the heap after each batch, when all garbage is gone, and says whether it grows. */
export class HeapWatch {
  readonly #collect: () => void;
  #batches = 0;
  #before = 0;
  #now = 0;

  constructor() {
    // Node offers the collector to programs that were started with this flag, or have set it themselves.
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    this.#collect = typeof collect === 'function' ? () => void collect() : () => undefined;
  }

  afterBatch(): void {
    this.#collect();
    this.#now = process.memoryUsage().heapUsed;
    this.#batches++;
    if (this.#batches === warmUp) this.#before = this.#now;
  }

  /** What was measured, in a sentence; undefined when there were too few batches. */
  get summary(): string | undefined {
    if (this.#batches < leastBatches) return undefined;
    return `Heap after ${warmUp} of ${this.#batches} batches: ${megabytes(this.#before)}, after the last: ${megabytes(this.#now)}.`;
  }

  get grows(): boolean {
    return this.#batches >= leastBatches && this.#now - this.#before > toleranceBytes;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
