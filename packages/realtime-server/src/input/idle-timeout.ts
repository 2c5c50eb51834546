import type { Clock } from '@voxrill/core';
import type { RealtimeDialectName, RealtimeTurnDetection } from '@voxrill/openai';
import { familyOf } from '../door/wire-log.js';

/** Rings once when it has been quiet for so long, and nobody has stopped it. */
export class IdleTimeout {
  readonly #clock: Clock;
  readonly #ring: () => void;
  /** Since when it is quiet, or will be; undefined if it is not. */
  #quietAt: number | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** It is quiet in so long. `limitMs`: for how long it may be; undefined for ever. */
  start(inMs: number, limitMs: number | undefined): void {
    this.#quietAt = this.#clock.now() + inMs;
    this.limit(limitMs);
  }

  /** It may be quiet for so long, counted from when it began to be. */
  limit(limitMs: number | undefined): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#quietAt === undefined || limitMs === undefined) return;
    this.#cancel = this.#clock.setTimer(this.#ring, Math.max(0, this.#quietAt + limitMs - this.#clock.now()));
  }

  stop(): void {
    this.#quietAt = undefined;
    this.limit(undefined);
  }
}

/** How long the user may be silent; undefined for ever, as in the beta, which has no event to tell that it was too long. */
export const idleMsOf = (detection: RealtimeTurnDetection | null, dialect: RealtimeDialectName): number | undefined =>
  detection?.type === 'server_vad' && familyOf(dialect) === 'ga' ? (detection.idle_timeout_ms ?? undefined) : undefined;
