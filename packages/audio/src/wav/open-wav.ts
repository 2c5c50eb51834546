import { type FileHandle, open } from 'node:fs/promises';
import { float32ToInt16 } from '../pcm/float32-to-int16.js';
import { Framer } from '../pcm/framer.js';
import { requireWholeFrames } from '../pcm/require-whole-frames.js';
import { requireRate } from '../resample/require-rate.js';
import { Resampler } from '../resample/resampler.js';
import { FileSource } from './byte-source.js';
import { decodeSamples } from './decode-samples.js';
import { fileError } from './file-error.js';
import { mapChannels } from './map-channels.js';
import { readWavHeader, type WavHeader } from './read-wav-header.js';
import { WavError } from './wav-error.js';
import type { WavFormat } from './wav-format.js';

/** In which shape a WAV file is wanted. */
export interface OpenWavOptions {
  /** Samples a second and channel. @defaultValue the file's own rate */
  readonly sampleRate?: number;
  /** Channels, interleaved; 1 mixes down. @defaultValue 1 */
  readonly channels?: number;
  /** Length of each chunk; the last one may be shorter. @defaultValue 20 */
  readonly chunkMs?: number;
}

/** A WAV file that is being read: iterate it once, or close it. */
export interface WavReader extends AsyncIterable<Int16Array> {
  /** Of the chunks. */
  readonly sampleRate: number;
  /** Of the chunks. */
  readonly channels: number;
  /** How the file itself stores its samples. */
  readonly format: WavFormat;
  /** Length of the recording; undefined when it comes through a pipe that does not say. */
  readonly durationMs: number | undefined;
  /** Lets go of the file. Not needed after an iteration, however it ended. */
  close(): Promise<void>;
}

const defaults = { channels: 1, chunkMs: 20 } as const satisfies OpenWavOptions;
const readBytes = 32_768;

/**
 * Opens a WAV file of any length and gives it out in chunks of the wanted rate and channels, in constant memory. Reads 8
 * (unsigned), 16, 24 and 32-bit integers, 32 and 64-bit floats, µ-law and A-law, plain or WAVE_FORMAT_EXTENSIBLE, RIFF or
 * RF64; also through a pipe. Rejects with a `WavError`, here for what can be known beforehand, in the iteration for a
 * failing disk.
 *
 * @example
 * ```ts
 * for await (const chunk of await openWav('question.wav', { sampleRate: 16000 })) console.log(rmsLevel(chunk));
 * ```
 */
export async function openWav(path: string, options: OpenWavOptions = {}): Promise<WavReader> {
  const { chunkMs, channels } = { ...defaults, ...options };
  if (!(chunkMs > 0)) throw new RangeError(`openWav: chunkMs must be above 0, not ${chunkMs}.`);
  if (options.sampleRate !== undefined) requireRate('openWav: sampleRate', options.sampleRate);
  requireWholeFrames('openWav', 0, channels);
  const file = await openFile(path);
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw new WavError(`"${path}" is a directory; name a WAV file.`);
    const source = new FileSource(file, stat.isFile() ? stat.size : undefined);
    const header = await readWavHeader(source, path);
    const { sampleRate: fromRate } = header.format;
    const resampler = new Resampler({ fromRate, toRate: options.sampleRate ?? fromRate, channels });
    return new OpenWav(path, file, source, header, resampler, chunkMs);
  } catch (error) {
    await file.close();
    throw fileError(path, error);
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw fileError(path, error);
  }
}

class OpenWav implements WavReader {
  readonly format: WavFormat;
  readonly sampleRate: number;
  readonly channels: number;
  readonly durationMs: number | undefined;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #source: FileSource;
  readonly #dataBytes: number | undefined;
  readonly #resampler: Resampler;
  readonly #framer: Framer;
  #state: 'fresh' | 'iterating' | 'closed' = 'fresh';

  constructor(path: string, file: FileHandle, source: FileSource, header: WavHeader, resampler: Resampler, chunkMs: number) {
    this.#path = path;
    this.#file = file;
    this.#source = source;
    this.#dataBytes = header.dataBytes;
    this.#resampler = resampler;
    this.format = header.format;
    this.sampleRate = resampler.toRate;
    this.channels = resampler.channels;
    const frames = header.dataBytes === undefined ? undefined : header.dataBytes / header.format.blockAlign;
    this.durationMs = frames === undefined ? undefined : (frames / header.format.sampleRate) * 1000;
    this.#framer = new Framer(Math.max(1, Math.round((this.sampleRate * chunkMs) / 1000)) * this.channels);
  }

  [Symbol.asyncIterator](): AsyncIterator<Int16Array> {
    if (this.#state !== 'fresh') {
      throw new WavError(`"${this.#path}" is already ${this.#state === 'closed' ? 'closed' : 'being read'}; open it again.`);
    }
    this.#state = 'iterating';
    return this.#iterate();
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    await this.#file.close();
  }

  async *#iterate(): AsyncGenerator<Int16Array, void, undefined> {
    try {
      const { blockAlign } = this.format;
      const block = Math.max(1, Math.floor(readBytes / blockAlign)) * blockAlign;
      let left = this.#dataBytes ?? Infinity;
      while (left > 0 && this.#state === 'iterating') {
        const bytes = await this.#read(Math.min(block, left));
        left = bytes.length < block ? 0 : left - bytes.length;
        yield* this.#framer.push(this.#convert(bytes));
      }
      yield* this.#framer.push(this.#resampler.flush());
      const rest = this.#framer.flush();
      if (rest !== undefined) yield rest;
    } finally {
      await this.close();
    }
  }

  async #read(length: number): Promise<Uint8Array> {
    try {
      return await this.#source.read(length);
    } catch (error) {
      throw fileError(this.#path, error);
    }
  }

  #convert(bytes: Uint8Array): Int16Array {
    const { encoding, blockAlign, channels } = this.format;
    const whole = bytes.subarray(0, bytes.length - (bytes.length % blockAlign));
    const floats = mapChannels(decodeSamples(whole, encoding), channels, this.channels);
    return float32ToInt16(this.#resampler.processFloat(floats));
  }
}
