import { wallTime } from '../clock/wall-time.js';
import type { TranscriptListener } from './transcript-tap.js';

/** Options of {@link transcriptSink}. */
export interface TranscriptSinkOptions {
  /** Takes one line of JSON, without a line break at its end. The session does not end before a promise of it is settled. */
  readonly write: (line: string) => void | Promise<void>;
  /** For the field `time`. @defaultValue the time on the wall */
  readonly wallTime?: () => Date;
}

/**
 * Makes a listener for `transcriptTap` that writes a transcript as JSON Lines, for keeping: one object for each final entry,
 * with `session`, `id`, `role` (`user` or `assistant`), `text`, `atMs`, `endMs` (session milliseconds), `time` (when the line
 * was written, ISO 8601), `turn`, and where they apply `language`, `interrupted` and `aside`. Where the lines go is up to the
 * application. A `write` that fails becomes an error frame.
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
  const { write, wallTime: now = wallTime } = options;
  return ({ id, who, text, atMs, endMs, turn, final, language, interrupted, aside }, session) => {
    if (!final) return;
    const role = who === 'user' ? 'user' : 'assistant';
    const time = now().toISOString();
    const line = JSON.stringify({ session: session.id, id, role, text, atMs, endMs, time, turn, language, interrupted, aside });
    const written = write(line);
    if (written === undefined) return;
    const release = session.hold('transcript');
    written.then(release, (error: unknown) => {
      session.fail('transcript', error);
      release();
    });
  };
}
