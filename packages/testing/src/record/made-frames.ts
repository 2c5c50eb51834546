import type { Session } from '@voxrill/core';

/**
 * Counts the frames that a session has made but nobody has seen: those on their way, and those of dead turns. Ids count up, so
 * that one more frame, which is then thrown away, tells how many there are.
 */
export class MadeFrames {
  readonly #session: Pick<Session, 'frame'>;
  #newest = 0;
  /** Ids of the frames that were thrown away since. */
  #probes: number[] = [];

  constructor(session: Pick<Session, 'frame'>) {
    this.#session = session;
  }

  see(id: number): void {
    if (id <= this.#newest) return;
    this.#newest = id;
    if (this.#probes.length > 0) this.#probes = this.#probes.filter((probe) => probe > id);
  }

  /** How many were made after the newest one that was seen. */
  get unseen(): number {
    const { id } = this.#session.frame('force-reply', {});
    const unseen = id - this.#newest - 1 - this.#probes.length;
    this.#probes.push(id);
    return unseen;
  }
}
