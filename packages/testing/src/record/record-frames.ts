import type { Session, SessionState, TappedFrame } from '@voxrill/core';
import { encodeValue } from './encode-value.js';
import { SeenIds } from './seen-ids.js';

/** The version of the format that is written. */
export const recordingVersion = 1;

/** Options of {@link recordFrames}. */
export interface RecordFramesOptions {
  /** `first`: each frame once, where it was first seen. `all`: each time that one processor hands it to another. @defaultValue 'first' */
  readonly hops?: 'first' | 'all';
  /** How many lines may wait for `write` to take them; beyond it new ones are left out, and counted. @defaultValue 10_000 */
  readonly maxWaiting?: number;
}

/** What came of a recording. */
export interface RecordingSummary {
  /** Lines that were written, with the first and the last. */
  readonly lines: number;
  /** Lines that were left out because `write` was too slow. */
  readonly dropped: number;
  /** Why it broke off. */
  readonly failed?: Error;
}

/** A recording that is being made. */
export interface FrameRecorder {
  /** Stops, and resolves once everything is written. Called by itself at the end of the session. */
  close(): Promise<RecordingSummary>;
  /** Resolves when the recording is whole, and never rejects. */
  readonly done: Promise<RecordingSummary>;
}

/**
 * Records what happens in a session, as lines of JSON: one that says what it is, one for each frame, and one at the end.
 * Begin before `session.start()`. It holds no more than the lines that `write` has not taken yet. Each line ends in a line feed.
 * When `write` throws or rejects, the session is told once, by an error frame, and the recording stops.
 *
 * @example
 * ```ts
 * import { createSession, defineProcessor, pipeline } from '@voxrill/core';
 *
 * const session = createSession(pipeline(defineProcessor('nothing', {})));
 * const lines: string[] = [];
 * const recorder = recordFrames(session, (line) => { lines.push(line); });
 * await session.start();
 * await session.end();
 * console.log((await recorder.done).lines);
 * ```
 */
export function recordFrames(
  session: Pick<Session, 'id' | 'clock' | 'turn' | 'frames$' | 'state$' | 'done'>,
  write: (line: string) => void | Promise<void>,
  options: RecordFramesOptions = {},
): FrameRecorder {
  const { hops = 'first', maxWaiting = 10_000 } = options;
  if (!(maxWaiting > 0)) throw new RangeError(`maxWaiting is ${maxWaiting}; it is a number of lines, 1 or more.`);
  const seen = hops === 'first' ? new SeenIds() : undefined;
  const out = new LineWriter(write, maxWaiting);
  let finish: (summary: RecordingSummary) => void = () => undefined;
  const done = new Promise<RecordingSummary>((resolve) => {
    finish = resolve;
  });
  let beganAt: number | undefined;
  let { turn } = session;
  const now = (): number => (beganAt === undefined ? 0 : session.clock.now() - beganAt);

  out.line({ voxrill: 'recording', version: recordingVersion, session: session.id, hops });
  const frames = session.frames$.subscribe((tapped: TappedFrame) => {
    if (out.failed !== undefined) {
      frames.unsubscribe();
      throw new Error(`The recording has stopped: ${out.failed.message}`, { cause: out.failed });
    }
    const { at, from, to, direction, frame } = tapped;
    // An interruption is announced last, behind all that it does; this is where it began.
    while (turn < session.turn) out.line({ at, turn: ++turn });
    if (seen?.first(frame.id) === false) return;
    out.line({ at, from, to, direction, frame: encodeValue(frame) });
  });
  const states = session.state$.subscribe((state: SessionState) => {
    if (state === 'running') beganAt = session.clock.now();
    if (state === 'ending') out.line({ at: now(), state });
  });

  let closing = false;
  const close = (end: Readonly<Record<string, unknown>> = {}): Promise<RecordingSummary> => {
    if (closing) return done;
    closing = true;
    frames.unsubscribe();
    states.unsubscribe();
    out.last({ at: now(), ...end }).then(finish, finish);
    return done;
  };
  session.done.then(({ reason, durationMs }) => close({ reason, durationMs })).catch(() => undefined);
  return { close: () => close(), done };
}

/** Hands lines over one after the other, and waits for a promise before the next. */
class LineWriter {
  readonly #write: (line: string) => void | Promise<void>;
  readonly #maxWaiting: number;
  readonly #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #lines = 0;
  #dropped = 0;
  failed: Error | undefined;

  constructor(write: (line: string) => void | Promise<void>, maxWaiting: number) {
    this.#write = write;
    this.#maxWaiting = maxWaiting;
  }

  line(value: object): void {
    if (this.failed !== undefined) return;
    const line = `${JSON.stringify(value)}\n`;
    if (this.#writing === undefined) this.#take(line);
    else if (this.#waiting.length < this.#maxWaiting) this.#waiting.push(line);
    else this.#dropped++;
  }

  /** The line that says that the recording is whole. */
  async last(end: object): Promise<RecordingSummary> {
    await this.#writing;
    this.line({ end: { ...end, frames: this.#lines, dropped: this.#dropped } });
    await this.#writing;
    const { failed } = this;
    return { lines: this.#lines, dropped: this.#dropped, ...(failed === undefined ? {} : { failed }) };
  }

  #take(line: string): void {
    try {
      const taken = this.#write(line);
      this.#lines++;
      if (taken !== undefined) this.#writing = this.#drain(taken);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #drain(first: Promise<void>): Promise<void> {
    try {
      await first;
      for (let line = this.#waiting.shift(); line !== undefined; line = this.#waiting.shift()) {
        const taken = this.#write(line);
        this.#lines++;
        await taken;
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#writing = undefined;
    }
  }

  #fail(error: unknown): void {
    this.failed = error instanceof Error ? error : new Error(String(error));
    this.#waiting.length = 0;
  }
}
