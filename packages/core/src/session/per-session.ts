import { kernelOf } from '../pipeline/kernel-of.js';
import { type Kernel, kernelKey } from '../processor/kernel.js';
import type { AnySession } from './any-session.js';
import type { SessionContext } from './session-context.js';

/**
 * What one processor keeps for each of the sessions that it is in, for methods that name a session.
 *
 * @example
 * ```ts
 * const counts = new PerSession<{ heard: number }>('counter');
 * const counter = defineProcessor('counter', (stage) => {
 *   const count = { heard: 0 };
 *   counts.set(stage.session, count);
 *   return { down: { transcription: (frame) => { count.heard++; return frame; } } };
 * });
 * const heardIn = (session: Session) => counts.of(session).heard;
 * ```
 */
export class PerSession<T> {
  readonly #name: string;
  readonly #values = new WeakMap<Kernel, T>();

  /** `name`: of the processor, for the error. */
  constructor(name: string) {
    this.#name = name;
  }

  set(session: SessionContext, value: T): void {
    this.#values.set(session[kernelKey], value);
  }

  /** What it keeps already, or what `make` gives it to keep. */
  ensure(session: SessionContext, make: () => T): T {
    const kernel = session[kernelKey];
    const earlier = this.#values.get(kernel);
    if (earlier !== undefined) return earlier;
    const fresh = make();
    this.#values.set(kernel, fresh);
    return fresh;
  }

  /** Throws a TypeError for a session whose pipeline does not hold the processor. */
  of(session: AnySession): T {
    const kernel = kernelOf(session);
    const value = kernel === undefined ? undefined : this.#values.get(kernel);
    if (value === undefined) throw new TypeError(`This session has no "${this.#name}": its pipeline does not hold it.`);
    return value;
  }
}
