import type { SessionContext } from '../session/session-context.js';

/** Without a look at what was said a shorter silence cuts people off in the middle of a sentence; see S001-21 of the seeds. */
const shortMs = 500;
/** A detector marks the end of speech by the frame. */
const frameMs = 20;

/** Tells the application once that its turns end too soon. */
export class ShortSilenceWarning {
  readonly #session: SessionContext;
  #told = false;

  constructor(session: SessionContext) {
    this.#session = session;
  }

  ended(silentMs: number): void {
    if (silentMs >= shortMs - frameMs || this.#told) return;
    this.#told = true;
    this.#session.log.warn(
      `Turns end after ${Math.round(silentMs)} ms of silence, which cuts people off in mid-sentence; wait ${shortMs} ms, or add a stop strategy that looks at what was said.`,
      { session: this.#session.id },
    );
  }
}
