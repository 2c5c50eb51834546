/** A file that lives in memory: what Flite writes its WAV into. */
export class MemoryFile {
  #bytes = new Uint8Array(1 << 18);
  #length = 0;
  #position = 0;

  /** Everything that was written. */
  get contents(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  write(part: Uint8Array): void {
    const end = this.#position + part.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(end * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(part, this.#position);
    this.#position = end;
    this.#length = Math.max(this.#length, end);
  }

  /** `whence` as in POSIX: 0 from the begin, 1 from here, 2 from the end. Returns the new position. */
  seek(offset: number, whence: number): number {
    this.#position = offset + (whence === 0 ? 0 : whence === 1 ? this.#position : this.#length);
    return this.#position;
  }
}
