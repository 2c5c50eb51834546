import type { Observable } from 'rxjs';
import { Fifo } from '../rx/fifo.js';
import { Port } from '../rx/port.js';
import type { SessionContext } from '../session/session-context.js';
import type { AudioFormat, AudioSink } from './audio-sink.js';

/** Something that takes audio and plays it, but does not say how far it has got: a socket, a file. */
export interface PacedDevice {
  /** Takes a chunk that is due. */
  play(chunk: Int16Array): void;
  /** Forgets what it was given ahead of time. */
  clear?(): void;
  close?(): void | Promise<void>;
}

/** Options of {@link pacedSink}. */
export interface PacingOptions {
  /** @defaultValue 20 */
  readonly chunkMs?: number;
  /** How far ahead of time a chunk is handed to the device, to hide the jitter between here and there. @defaultValue 0 */
  readonly leadMs?: number;
  /** How much audio may wait; what is written beyond it is refused with an error. @defaultValue 600_000, ten minutes */
  readonly maxQueuedMs?: number;
}

/**
 * A sink that plays on a schedule. Each chunk has its due time, reckoned from the first one and not from the chunk before,
 * so that late timers do not add up and a stall is caught up with. What is due counts as played.
 */
export function pacedSink(device: PacedDevice, format: AudioFormat, session: PacingHost, options: PacingOptions = {}): AudioSink {
  return new PacedSink(device, format, session, options);
}

/** What pacing needs of a session: time, and somebody who takes the errors of a timer. */
export type PacingHost = Pick<SessionContext, 'clock' | 'guard'>;

class PacedSink implements AudioSink {
  readonly format: AudioFormat;
  readonly played$: Observable<number>;
  readonly #played = new Port<number>();
  readonly #device: PacedDevice;
  readonly #session: PacingHost;
  readonly #samplesPerMs: number;
  readonly #chunkSamples: number;
  readonly #leadMs: number;
  readonly #maxQueued: number;
  readonly #waiting = new Fifo<Int16Array>();
  /** How much of the chunk at the head of the queue has been taken. */
  #offset = 0;
  /** Samples of one channel. */
  #queued = 0;
  #sent = 0;
  #reported = 0;
  /** The present run of gapless play: when it began, and at which position. */
  #runStartMs = 0;
  #runPosition = 0;
  #cancelTimer: (() => void) | undefined;
  #closed = false;
  #paused = false;

  constructor(device: PacedDevice, format: AudioFormat, session: PacingHost, options: PacingOptions) {
    const { chunkMs = 20, leadMs = 0, maxQueuedMs = 600_000 } = options;
    if (!(chunkMs > 0)) throw new RangeError(`chunkMs is ${chunkMs}; it must be more than 0.`);
    this.format = format;
    this.played$ = this.#played;
    this.#device = device;
    this.#session = session;
    this.#samplesPerMs = format.sampleRate / 1000;
    this.#chunkSamples = Math.max(1, Math.round(chunkMs * this.#samplesPerMs));
    this.#leadMs = leadMs;
    this.#maxQueued = maxQueuedMs * this.#samplesPerMs;
  }

  write(chunk: Int16Array): void {
    if (this.#closed || chunk.length === 0) return;
    const samples = chunk.length / this.format.channels;
    if (this.#queued + samples > this.#maxQueued) {
      throw new Error(
        `More than ${Math.round(this.#maxQueued / this.#samplesPerMs / 1000)} s of speech wait to be played; the rest is dropped.`,
      );
    }
    // Everything was played out: a new run begins now. A late timer begins none, so that its delay does not stay for good.
    const now = this.#session.clock.now();
    if (this.#queued === 0 && this.#dueMs(this.#sent, now) <= now) {
      this.#runPosition = this.#sent;
      this.#runStartMs = now;
    }
    this.#waiting.push(chunk);
    this.#queued += samples;
    if (this.#cancelTimer === undefined) this.#run();
  }

  /** What the device has been given is still played: a chunk, and what it was given ahead of time. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    const now = this.#session.clock.now();
    if (this.#dueMs(this.#sent, now) < now) {
      this.#runPosition = this.#sent;
      this.#runStartMs = now;
    }
    this.#cancelTimer?.();
    this.#run();
  }

  clear(): number {
    this.#paused = false;
    this.#waiting.clear();
    this.#offset = 0;
    this.#queued = 0;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const position = this.#position();
    // What the device was given ahead of time is taken back, so the next chunk is played right behind this position.
    this.#sent = position;
    this.#reported = position;
    this.#runPosition = position;
    this.#runStartMs = Number.NEGATIVE_INFINITY;
    this.#guard(() => this.#device.clear?.());
    return position;
  }

  close(): void | Promise<void> {
    if (this.#closed) return;
    this.clear();
    this.#closed = true;
    return this.#device.close?.();
  }

  #position(): number {
    // A millisecond is not a whole number of samples: without the allowance a chunk would seem unfinished when it is due.
    const elapsed = Math.floor((this.#session.clock.now() - this.#runStartMs) * this.#samplesPerMs + 1e-3);
    return Math.min(this.#sent, this.#runPosition + elapsed);
  }

  /** Hands over what is due, reports what has been played, and comes back when the next chunk is. */
  #run(): void {
    this.#cancelTimer = undefined;
    const now = this.#session.clock.now();
    while (!this.#paused && this.#queued > 0 && this.#dueMs(this.#sent, now) - this.#leadMs <= now) this.#play(this.#next());
    this.#report();
    if (this.#closed || this.#cancelTimer !== undefined) return;
    const next = this.#queued > 0 && !this.#paused;
    const nextMs = this.#dueMs(this.#sent, now) - (next ? this.#leadMs : 0);
    // What was reported counts, not where the sink is by now: whoever was told may have taken until the end of it.
    if (next || this.#reported < this.#sent) {
      this.#cancelTimer = this.#session.clock.setTimer(() => this.#guard(() => this.#run()), Math.max(0, nextMs - now));
    }
  }

  /** A device that fails on one chunk does not stop the schedule. */
  #play(chunk: Int16Array): void {
    this.#guard(() => this.#device.play(chunk));
  }

  #guard(run: () => void): void {
    this.#session.guard('transport.output', run);
  }

  /** When the sample at `position` is played. */
  #dueMs(position: number, now: number): number {
    const due = this.#runStartMs + (position - this.#runPosition) / this.#samplesPerMs;
    return Number.isFinite(due) ? due : now;
  }

  #report(): void {
    const position = this.#position();
    if (position === this.#reported) return;
    this.#reported = position;
    this.#played.emit(position);
  }

  /** The next chunk of at most `chunkMs`. */
  #next(): Int16Array {
    const { channels } = this.format;
    const wanted = Math.min(this.#chunkSamples, this.#queued) * channels;
    const first = this.#waiting.peek();
    let chunk: Int16Array;
    if (first !== undefined && this.#offset === 0 && first.length === wanted) {
      this.#waiting.shift();
      chunk = first;
    } else chunk = this.#gather(wanted);
    const samples = chunk.length / channels;
    this.#queued -= samples;
    this.#sent += samples;
    return chunk;
  }

  #gather(wanted: number): Int16Array {
    const chunk = new Int16Array(wanted);
    let filled = 0;
    for (let head = this.#waiting.peek(); head !== undefined && filled < wanted; head = this.#waiting.peek()) {
      const part = head.subarray(this.#offset, this.#offset + wanted - filled);
      chunk.set(part, filled);
      filled += part.length;
      this.#offset += part.length;
      if (this.#offset === head.length) {
        this.#waiting.shift();
        this.#offset = 0;
      }
    }
    return chunk;
  }
}
