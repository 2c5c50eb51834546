import { randomUUID } from 'node:crypto';
import { access, constants, type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pcmToBytes } from '../pcm/pcm-bytes.js';
import { requireWholeFrames } from '../pcm/require-whole-frames.js';
import { requireRate } from '../resample/require-rate.js';
import { fileError } from './file-error.js';
import { makeWavHeader, wavHeaderBytes } from './make-wav-header.js';
import { WavError } from './wav-error.js';
import type { WavFormat } from './wav-format.js';

/** The shape of what is recorded. */
export interface WavWriterOptions {
  /** Samples a second and channel. */
  readonly sampleRate: number;
  /** Channels, interleaved. @defaultValue 1 */
  readonly channels?: number;
}

/** A 16-bit WAV file that is being written. It appears under its name, whole, when `close` resolves, and never before. */
export interface WavWriter {
  readonly path: string;
  /** Length of what was written so far. */
  readonly durationMs: number;
  /** Appends samples. They are copied at once; wait for the promise before writing more, so that a slow disk can keep up. */
  write(samples: Int16Array): Promise<void>;
  /** Completes the file and gives it its name. Calling it again gives the same promise. */
  close(): Promise<void>;
  /** Throws away what was written; whatever had the name before stays. Does nothing after `close`. */
  abort(): Promise<void>;
}

const batchBytes = 65_536;
const maxPendingBytes = 16 * 1024 * 1024;
const maxDataBytes = 0xffff_ffff - 36;

/**
 * Begins a 16-bit WAV file. Samples go to a hidden file beside it, in batches of 64 KiB. Rejects at once with a `WavError`
 * when the directory is missing or not writable, or when `path` is something other than a file. A recording ends at 4 GiB,
 * the limit of the format: further writes reject.
 *
 * @example
 * ```ts
 * const writer = await createWavWriter('reply.wav', { sampleRate: 16000, channels: 1 });
 * await writer.write(new Int16Array(16000));
 * await writer.close();
 * ```
 */
export async function createWavWriter(path: string, options: WavWriterOptions): Promise<WavWriter> {
  const { sampleRate, channels = 1 } = options;
  requireRate('createWavWriter: sampleRate', sampleRate);
  requireWholeFrames('createWavWriter', 0, channels);
  const format: WavFormat = { encoding: 'int16', sampleRate, channels, blockAlign: 2 * channels };
  const target = await requireTarget(path);
  const partial = join(dirname(target), `.${basename(target)}.${randomUUID()}.part`);
  const file = await openPartial(path, partial);
  try {
    await file.write(makeWavHeader(format, 0));
  } catch (error) {
    await discard(file, partial);
    throw fileError(path, error);
  }
  return new PartialWav({ path, target, partial, file, format });
}

/** The file that `path` stands for, links followed, so that a rename replaces the file and not the link. */
async function requireTarget(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return path;
  if (found.isDirectory()) throw new WavError(`"${path}" is a directory; name a file in it.`);
  if (!found.isFile()) throw new WavError(`"${path}" is a device or a pipe; name a regular file to record to.`);
  try {
    await access(path, constants.W_OK);
    return await realpath(path);
  } catch (error) {
    throw fileError(path, error);
  }
}

async function openPartial(path: string, partial: string): Promise<FileHandle> {
  try {
    return await open(partial, 'wx');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new WavError(`The directory of "${path}" does not exist; create it first.`, { cause: error });
    }
    throw fileError(path, error);
  }
}

async function discard(file: FileHandle, partial: string): Promise<void> {
  await file.close().catch(() => undefined);
  await rm(partial, { force: true });
}

interface PartialWavParts {
  readonly path: string;
  readonly target: string;
  readonly partial: string;
  readonly file: FileHandle;
  readonly format: WavFormat;
}

class PartialWav implements WavWriter {
  readonly path: string;
  readonly #parts: PartialWavParts;
  #batch: Uint8Array[] = [];
  #batched = 0;
  #pending = 0;
  #dataBytes = 0;
  #tail: Promise<void> = Promise.resolve();
  #ended: { readonly how: 'closed' | 'aborted'; readonly done: Promise<void> } | undefined;

  constructor(parts: PartialWavParts) {
    this.path = parts.path;
    this.#parts = parts;
  }

  get durationMs(): number {
    return (this.#dataBytes / this.#parts.format.blockAlign / this.#parts.format.sampleRate) * 1000;
  }

  write(samples: Int16Array): Promise<void> {
    const done = this.#append(samples);
    // Whoever does not wait hears of a failing disk from `close`, not from an unhandled rejection.
    done.catch(() => undefined);
    return done;
  }

  async #append(samples: Int16Array): Promise<void> {
    if (this.#ended !== undefined) throw new WavError(`"${this.path}" is already ${this.#ended.how}; create another writer.`);
    requireWholeFrames('write', samples.length, this.#parts.format.channels);
    if (this.#dataBytes + samples.byteLength > maxDataBytes) {
      throw new WavError(`"${this.path}" would grow beyond 4 GiB; close it and go on in another file.`);
    }
    if (this.#pending + samples.byteLength > maxPendingBytes) {
      throw new WavError(`"${this.path}" is written to faster than the disk takes it; wait for each write to finish.`);
    }
    const bytes = pcmToBytes(samples);
    this.#batch.push(bytes);
    this.#batched += bytes.length;
    this.#pending += bytes.length;
    this.#dataBytes += bytes.length;
    if (this.#batched >= batchBytes) await this.#flush();
  }

  close(): Promise<void> {
    if (this.#ended?.how === 'aborted') {
      return Promise.reject(new WavError(`"${this.path}" is already aborted; create another writer.`));
    }
    this.#ended ??= { how: 'closed', done: this.#complete() };
    return this.#ended.done;
  }

  async abort(): Promise<void> {
    this.#ended ??= { how: 'aborted', done: this.#abandon() };
    if (this.#ended.how === 'aborted') await this.#ended.done;
  }

  /** Queues what is batched behind what is being written. The first failure fails everything that comes after it. */
  #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#batch);
    this.#batch = [];
    this.#batched = 0;
    const { file } = this.#parts;
    const written = this.#tail.then(async () => {
      await file.appendFile(bytes);
      this.#pending -= bytes.length;
    });
    this.#tail = written;
    return written.catch((error: unknown) => {
      throw fileError(this.path, error);
    });
  }

  async #complete(): Promise<void> {
    const { file, partial, target, format } = this.#parts;
    try {
      await this.#flush();
      await file.write(makeWavHeader(format, this.#dataBytes), 0, wavHeaderBytes, 0);
      await file.close();
      await rename(partial, target);
    } catch (error) {
      await discard(file, partial);
      throw fileError(this.path, error);
    }
  }

  async #abandon(): Promise<void> {
    await this.#tail.catch(() => undefined);
    await discard(this.#parts.file, this.#parts.partial);
  }
}
