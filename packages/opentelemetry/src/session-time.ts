import type { HrTime } from '@opentelemetry/api';
import { type Session, type TappedFrame, wallTime } from '@voxrill/core';

/** Tells session milliseconds as time of day. The wall clock is read once, so that it cannot jump during a call. */
export class SessionTime {
  readonly #clock: Session['clock'];
  readonly #wallMs = wallTime().getTime();
  readonly #clockMs: number;
  /** On the clock: where the session's own time begins. */
  #beganAt: number;

  constructor(session: Pick<Session, 'clock'>) {
    this.#clock = session.clock;
    this.#clockMs = session.clock.now();
    this.#beganAt = this.#clockMs;
  }

  /** Learns from a frame that is being handed on now how the session's time goes. */
  sync({ at }: Pick<TappedFrame, 'at'>): void {
    this.#beganAt = this.#clock.now() - at;
  }

  /** Now, in session milliseconds. */
  get now(): number {
    return this.#clock.now() - this.#beganAt;
  }

  /** As OpenTelemetry wants it: whole seconds since 1970, and nanoseconds. */
  of(sessionMs: number): HrTime {
    const ms = this.#wallMs + this.#beganAt + sessionMs - this.#clockMs;
    const seconds = Math.floor(ms / 1000);
    return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
  }
}
