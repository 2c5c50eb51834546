import { wallTime } from '../clock/wall-time.js';
import type { SessionContext } from '../session/session-context.js';
import { Outbox } from './outbox.js';
import type { TranscriptListener } from './transcript-tap.js';

/** Options of {@link transcriptSink}. */
export interface TranscriptSinkOptions {
  /**
   * Takes one line of JSON, without a line break at its end. A promise of it is waited for: before the next line of the session,
   * and before the session ends.
   */
  readonly write: (line: string) => void | Promise<void>;
  /** How many lines of a session may wait for `write`; beyond it the oldest are let go of. @defaultValue 1_000 */
  readonly maxWaiting?: number;
  /** For the field `time`. @defaultValue the time on the wall */
  readonly wallTime?: () => Date;
}

/** For holds and errors. */
const name = 'transcript';

/**
 * Makes a listener for `transcriptTap` that writes a transcript as JSON Lines, for keeping: one object for each final entry,
 * with `session`, `id`, `role` (`user` or `assistant`), `text`, `atMs`, `endMs` (session milliseconds), `time` (when it
 * was known, ISO 8601), `turn`, and where they apply `language`, `interrupted` and `aside`. Where the lines go is up to the
 * application. A `write` that fails becomes an error frame, the first of a row of them; so do lines that are let go of.
 *
 * @example
 * ```ts
 * import { createWriteStream } from 'node:fs';
 *
 * const file = createWriteStream('transcript.jsonl', { flags: 'a' });
 * const keeper = transcriptTap(transcriptSink({ write: (line) => void file.write(`${line}\n`) }));
 * ```
 */
export function transcriptSink(options: TranscriptSinkOptions): TranscriptListener {
  const { write, maxWaiting = 1_000, wallTime: now = wallTime } = options;
  if (!(maxWaiting >= 1)) throw new RangeError(`maxWaiting is ${maxWaiting}; it is a number of lines, 1 or more.`);
  const outboxes = new WeakMap<SessionContext, Outbox<string>>();
  const outboxOf = (session: SessionContext): Outbox<string> => {
    const known = outboxes.get(session);
    if (known !== undefined) return known;
    const deliver = (line: string): Promise<void> | undefined => write(line) ?? undefined;
    const onTrouble = (error: Error): void => session.fail(name, error);
    const outbox = new Outbox<string>(session, { name, maxWaiting, deliver, onTrouble });
    // What was said before a cancel was said as well.
    session.onClose(() => outbox.whenIdle());
    outboxes.set(session, outbox);
    return outbox;
  };
  return ({ id, who, text, atMs, endMs, turn, final, language, interrupted, aside }, session) => {
    if (!final) return;
    const role = who === 'user' ? 'user' : 'assistant';
    const time = now().toISOString();
    const line = JSON.stringify({ session: session.id, id, role, text, atMs, endMs, time, turn, language, interrupted, aside });
    outboxOf(session).push(line);
  };
}
