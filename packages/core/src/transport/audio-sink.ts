import type { Observable } from 'rxjs';

/** Rate and channels of PCM audio. */
export interface AudioFormat {
  /** Samples a second and channel. */
  readonly sampleRate: number;
  readonly channels: number;
}

/**
 * Where the bot's speech goes, and the only clock of it: it alone knows what has been played. Positions count samples of
 * one channel since the sink was opened.
 */
export interface AudioSink {
  readonly format: AudioFormat;
  /** Takes a chunk of interleaved 16-bit samples, to be played behind what was written before. */
  write(chunk: Int16Array): void;
  /** Forgets what has not been played, and returns the position up to which it has. */
  clear(): number;
  /**
   * Holds its breath, and goes on from the same sample. What is written meanwhile waits. A sink that cannot do it plays on;
   * `clear` ends a pause.
   */
  pause?(): void;
  resume?(): void;
  /** The position, whenever it has moved on. */
  readonly played$: Observable<number>;
  /** Lets go of the device; nothing more is played. */
  close(): void | Promise<void>;
}

/** Opens a sink for the format of the first audio that is to be played. */
export type OpenSink = (format: AudioFormat) => AudioSink;
