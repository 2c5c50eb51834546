import type { FileHandle } from 'node:fs/promises';

/** Bytes that are read once, from front to back. */
export interface ByteSource {
  /** Bytes consumed so far. */
  readonly position: number;
  /** How many there are in all; undefined for a pipe. */
  readonly size: number | undefined;
  /** The next `length` bytes; fewer only where the source ends. Valid until the next call. */
  read(length: number): Promise<Uint8Array>;
  skip(length: number): Promise<void>;
}

/** Bytes in memory. */
export class MemorySource implements ByteSource {
  readonly #bytes: Uint8Array;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  async read(length: number): Promise<Uint8Array> {
    const found = this.#bytes.subarray(this.position, this.position + length);
    this.position += found.length;
    return found;
  }

  async skip(length: number): Promise<void> {
    this.position += length;
  }
}

/** An open file, or a pipe when `size` is undefined. Holds no more than the largest piece that was asked for. */
export class FileSource implements ByteSource {
  readonly #file: FileHandle;
  readonly size: number | undefined;
  #buffer = new Uint8Array(0);
  position = 0;

  constructor(file: FileHandle, size: number | undefined) {
    this.#file = file;
    this.size = size;
  }

  async read(length: number): Promise<Uint8Array> {
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      // A pipe has no positions: it is read where it stands.
      const at = this.size === undefined ? null : this.position;
      const { bytesRead } = await this.#file.read(this.#buffer, filled, length - filled, at);
      if (bytesRead === 0) break;
      filled += bytesRead;
      this.position += bytesRead;
    }
    return this.#buffer.subarray(0, filled);
  }

  async skip(length: number): Promise<void> {
    if (this.size !== undefined) {
      this.position += length;
      return;
    }
    for (let left = length; left > 0; ) {
      const { length: skipped } = await this.read(Math.min(left, 65_536));
      if (skipped === 0) return;
      left -= skipped;
    }
  }
}
