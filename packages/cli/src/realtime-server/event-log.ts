import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { RealtimeLogLine } from '@voxrill/realtime-server';

/** Enough to notice before the first event that there is no room. */
const probe = Buffer.alloc(4096, ' ');

/**
 * Writes events to the end of a file, one JSON object a line. Each line is handed to the system at once, so that nothing is lost
 * with the process, and nothing piles up in it.
 *
 * The constructor throws, in a sentence, when the file cannot be written. `failed` is called once if that comes later; the file
 * then ends with the last whole line.
 */
export class EventLog {
  readonly #path: string;
  readonly #failed: (error: Error) => void;
  readonly #file: number;
  /** Where the last whole line ends; undefined for what cannot be cut, like a pipe. */
  #end: number | undefined;
  #broken = false;

  constructor(path: string, failed: (error: Error) => void) {
    this.#path = path;
    this.#failed = failed;
    try {
      this.#file = openSync(path, 'a');
      const status = fstatSync(this.#file);
      this.#end = status.isFile() ? status.size : undefined;
      if (status.isFIFO()) return;
      writeSync(this.#file, probe);
      this.#cut();
    } catch (error) {
      throw this.#explained(error);
    }
  }

  write(line: RealtimeLogLine): void {
    if (this.#broken) return;
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
      if (this.#end !== undefined) this.#end += bytes.length;
    } catch (error) {
      this.#broken = true;
      this.#cut();
      this.#failed(this.#explained(error));
    }
  }

  close(): void {
    this.#broken = true;
    closeSync(this.#file);
  }

  #cut(): void {
    if (this.#end !== undefined) ftruncateSync(this.#file, this.#end);
  }

  #explained(error: unknown): Error {
    const why = error instanceof Error ? error.message : String(error);
    return new Error(`The log ${this.#path} cannot be written (${why}); give another file by --log.`);
  }
}
