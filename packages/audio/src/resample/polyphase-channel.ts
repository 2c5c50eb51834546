import type { ResamplerDesign } from './resampler-design.js';

/** Most input samples that are held at a time beyond the filter's length. Longer chunks are worked off in such pieces. */
const blockSize = 512;

/**
 * One channel on its way through the filter. Position is kept in whole numbers (`start` in the buffer, `phase` in steps of
 * 1/up), so that it never drifts and the cutting of the input into chunks cannot be heard or measured.
 */
export class PolyphaseChannel {
  readonly #design: ResamplerDesign;
  /** Input that is still needed, oldest first. */
  readonly #buffer: Float32Array;
  #filled = 0;
  /** Where in the buffer the window of the next output sample begins. */
  #start = 0;
  #phase = 0;

  constructor(design: ResamplerDesign) {
    this.#design = design;
    // After a piece was worked off, less than one window is left, and the next window begins within it: a step is shorter
    // than a window.
    this.#buffer = new Float32Array(design.taps + blockSize);
    this.reset();
  }

  /** Memory of this channel beside the shared filter. It never grows. */
  get bufferBytes(): number {
    return this.#buffer.byteLength;
  }

  /** Goes back to the beginning of a stream. */
  reset(): void {
    // Silence before the first sample puts the centre of the first window on it: output 0 lies at input 0.
    this.#filled = this.#design.taps / 2 - 1;
    this.#buffer.fill(0, 0, this.#filled);
    this.#start = 0;
    this.#phase = 0;
  }

  /** How many output samples there will be when `count` more input samples have come. */
  outputLength(count: number): number {
    const { up, down, taps } = this.#design;
    const windows = this.#filled + count - this.#start - taps + 1;
    return Math.max(0, Math.ceil((windows * up - this.#phase) / down));
  }

  /**
   * Takes `input[offset]`, `input[offset + stride]` … and writes what becomes ready to `output`, with the same offset and
   * stride. `divisor` is the full scale of the input.
   */
  process(input: Int16Array | Float32Array, divisor: number, output: Float32Array, offset: number, stride: number): void {
    let written = offset;
    for (let read = offset; read < input.length; ) {
      const end = Math.min(input.length, read + (this.#buffer.length - this.#filled) * stride);
      const buffer = this.#buffer;
      let filled = this.#filled;
      for (; read < end; read += stride) buffer[filled++] = (input[read] as number) / divisor;
      this.#filled = filled;
      written = this.#design.interpolated ? this.#blend(output, written, stride) : this.#filter(output, written, stride);
      this.#discard();
    }
  }

  #filter(output: Float32Array, offset: number, stride: number): number {
    const { up, down, taps, table } = this.#design;
    const buffer = this.#buffer;
    const last = this.#filled - taps;
    const wholeStep = Math.floor(down / up);
    const phaseStep = down % up;
    let start = this.#start;
    let phase = this.#phase;
    let at = offset;
    while (start <= last) {
      output[at] = dot(table, phase * taps, buffer, start, taps);
      at += stride;
      start += wholeStep;
      phase += phaseStep;
      if (phase >= up) {
        phase -= up;
        start++;
      }
    }
    this.#start = start;
    this.#phase = phase;
    return at;
  }

  #blend(output: Float32Array, offset: number, stride: number): number {
    const { up, down, taps, phases, table } = this.#design;
    const last = this.#filled - taps;
    let at = offset;
    while (this.#start <= last) {
      const place = (this.#phase * phases) / up;
      const row = Math.floor(place);
      const here = dot(table, row * taps, this.#buffer, this.#start, taps);
      const next = dot(table, (row + 1) * taps, this.#buffer, this.#start, taps);
      output[at] = here + (place - row) * (next - here);
      at += stride;
      const advanced = this.#phase + down;
      this.#start += Math.floor(advanced / up);
      this.#phase = advanced % up;
    }
    return at;
  }

  /** Moves what is still needed to the front. */
  #discard(): void {
    this.#buffer.copyWithin(0, this.#start, this.#filled);
    this.#filled -= this.#start;
    this.#start = 0;
  }
}

// Four sums at once: one sum alone waits for each addition to finish (7.0 against 5.2 ms for a second of 48 → 16 kHz).
function dot(table: Float32Array, row: number, buffer: Float32Array, start: number, taps: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let k = 0; k < taps; k += 4) {
    a += (table[row + k] as number) * (buffer[start + k] as number);
    b += (table[row + k + 1] as number) * (buffer[start + k + 1] as number);
    c += (table[row + k + 2] as number) * (buffer[start + k + 2] as number);
    d += (table[row + k + 3] as number) * (buffer[start + k + 3] as number);
  }
  return a + b + (c + d);
}
