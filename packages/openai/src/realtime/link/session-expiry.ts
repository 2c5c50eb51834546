import type { Clock } from '@voxrill/core';

export interface SessionExpiryHost {
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  /** Called once, when the end is near. */
  readonly due: () => void;
}

/**
 * What a session says of its own end is believed if it is no nearer and no further away than this: who went by a nearer one
 * would do nothing but open sessions. One that does end so soon is lost, and had again after a wait.
 */
const shortestBelievedMs = 10_000;
const longestBelievedMs = 24 * 3_600_000;
/** A clock may stand still while a laptop sleeps, and the service goes on: so the time on the wall is looked at as well. */
const lookMs = 30_000;

/** How long a session has got: by its own word, or else by the limit that is known; undefined when nobody knows. */
export function sessionLifeMs(
  expiresAtSeconds: number | null | undefined,
  limitMs: number | undefined,
  wallMs: number,
): number | undefined {
  const toldMs = expiresAtSeconds === null || expiresAtSeconds === undefined ? Number.NaN : expiresAtSeconds * 1000 - wallMs;
  return toldMs >= shortestBelievedMs && toldMs <= longestBelievedMs ? toldMs : limitMs;
}

/**
 * Rings when `leadMs` are left of a session, or half of it if it is shorter than two leads. Returns what takes it back.
 */
export function watchExpiry(lifeMs: number, leadMs: number, { clock, wallMs, due }: SessionExpiryHost): () => void {
  const waitMs = lifeMs - Math.min(leadMs, lifeMs / 2);
  const dueAt = clock.now() + waitMs;
  const dueOnWall = wallMs() + waitMs;
  let cancelTimer = (): void => undefined;
  const look = (): void => {
    const leftMs = Math.min(dueAt - clock.now(), dueOnWall - wallMs());
    if (leftMs <= 0) due();
    else cancelTimer = clock.setTimer(look, Math.min(leftMs, lookMs));
  };
  look();
  return () => cancelTimer();
}
