import { randomBytes } from 'node:crypto';
import type { Clock } from '@voxrill/core';
import type { RealtimeSession } from '@voxrill/openai';
import { hashOf } from './key-check.js';

interface Known {
  readonly until: number;
  readonly session: RealtimeSession | undefined;
}

/** More than this are not kept: the oldest goes. */
const atMost = 10_000;

/** Keys that a server gives to a page, which may connect with them for some minutes. Kept by their hashes. */
export class EphemeralKeys {
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes a key that is accepted for so long, and the settings that its session begins with. */
  create(forMs: number, session?: RealtimeSession): string {
    const now = this.#clock.now();
    for (const [hash, { until }] of this.#known) if (until <= now) this.#known.delete(hash);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= atMost && oldest !== undefined) this.#known.delete(oldest);
    const key = `ek_${randomBytes(24).toString('hex')}`;
    this.#known.set(hashOf(key).toString('hex'), { until: now + forMs, session });
    return key;
  }

  /** What belongs to a key; undefined for one that was never made, or is too old. Found by its hash, which cannot be guessed bit by bit. */
  find(key: string | undefined): { readonly session: RealtimeSession | undefined } | undefined {
    if (key === undefined || !key.startsWith('ek_')) return undefined;
    const known = this.#known.get(hashOf(key).toString('hex'));
    return known !== undefined && known.until > this.#clock.now() ? known : undefined;
  }
}
