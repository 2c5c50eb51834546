import type { SaidSoFar } from './turn-strategy.js';

/** How long the services around the turn take, as far as they have said or shown it; milliseconds. */
export class Latencies {
  /** How long after speech a final transcript takes, as the recogniser has announced it. */
  sttFinalMs: number | undefined;
  #detectorMs: number | undefined;

  /** How long the detector waits before it marks the end of speech. */
  get detectorMs(): number | undefined {
    return this.#detectorMs;
  }

  /** The detector has marked an end of speech. One that was told to close does not show how long it waits. */
  speechEnded(speechAtMs: number, nowMs: number): void {
    this.#detectorMs = Math.max(this.#detectorMs ?? 0, nowMs - speechAtMs);
  }

  /** When something has been understood, a recogniser that says how fast it is need not be waited for any longer. */
  patienceMs({ text, speechAtMs }: SaidSoFar, nowMs: number, mostMs: number): number {
    if (this.sttFinalMs === undefined || text === '') return mostMs;
    return Math.min(mostMs, Math.max(0, speechAtMs + this.sttFinalMs - nowMs));
  }
}
