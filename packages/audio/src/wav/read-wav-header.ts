import type { ByteSource } from './byte-source.js';
import { WavError } from './wav-error.js';
import { parseWavFormat, type WavFormat } from './wav-format.js';

/** What stands before the samples of a WAV file. */
export interface WavHeader {
  readonly format: WavFormat;
  /** Bytes of samples to read, whole frames only; undefined when only the end of the source will tell. */
  readonly dataBytes: number | undefined;
}

const unknownSize = 0xffff_ffff;
// SoX and others announce almost 2 GiB when they write to a pipe.
const implausibleInPipe = 0x7fff_0000;
// The longest `fmt ` chunk that means anything is 40 bytes; what a codec of its own appends is not needed.
const formatBytes = 40;

/**
 * Reads up to the first sample: RIFF, RF64 and BW64, with any chunks in between. A size that a streaming recorder never
 * filled in (0 or 0xFFFFFFFF) means "to the end", and a size beyond the end means what is there. Throws a `WavError` that
 * calls the file `name`.
 */
export async function readWavHeader(source: ByteSource, name: string): Promise<WavHeader> {
  const riff = await readRiff(source, name);
  let format: WavFormat | undefined;
  let longSize: number | undefined;
  for (;;) {
    const { id, size } = await readChunkHeader(source, name);
    if (id === 'data') {
      if (format === undefined) throw new WavError(`"${name}" has audio before its format chunk; export it again.`);
      const announced = size === unknownSize ? longSize : size;
      return { format, dataBytes: dataBytes(source, format, riff.size, announced) };
    }
    let taken = 0;
    if (id === 'fmt ') {
      const chunk = await source.read(Math.min(size, formatBytes));
      if (chunk.length < 16) throw truncated(name);
      taken = chunk.length;
      format = parseWavFormat(chunk, name);
    } else if (id === 'ds64') {
      // RF64 (EBU Tech 3306): RIFF size, data size and sample count, 64 bits each.
      const chunk = await source.read(Math.min(size, 16));
      if (chunk.length < 16) throw truncated(name);
      taken = chunk.length;
      longSize = Number(viewOf(chunk).getBigUint64(8, true));
    }
    // Chunks begin at even places.
    await source.skip(size - taken + (size % 2));
  }
}

async function readRiff(source: ByteSource, name: string): Promise<{ readonly size: number }> {
  const head = await source.read(12);
  if (head.length === 0) throw new WavError(`"${name}" is empty; record or export it again.`);
  const [container, form] = [ascii(head, 0), ascii(head, 8)];
  if (container === 'RIFX') throw new WavError(`"${name}" is a big-endian WAV file (RIFX); convert it to a RIFF WAV file first.`);
  const known = ['RIFF', 'RF64', 'BW64'];
  if (head.length < 12 && known.some((id) => id.startsWith(container))) throw truncated(name);
  if (!known.includes(container) || form !== 'WAVE') {
    throw new WavError(`"${name}" is not a WAV file; convert it to one first, for example with ffmpeg.`);
  }
  return { size: viewOf(head).getUint32(4, true) };
}

async function readChunkHeader(source: ByteSource, name: string): Promise<{ readonly id: string; readonly size: number }> {
  const head = await source.read(8);
  if (head.length < 8) throw truncated(name);
  return { id: ascii(head, 0), size: viewOf(head).getUint32(4, true) };
}

function dataBytes(source: ByteSource, format: WavFormat, riffSize: number, announced: number | undefined): number | undefined {
  const left = source.size === undefined ? undefined : source.size - source.position;
  // Nothing is announced, and the outer chunk does not go beyond this place either: the recorder never came back to fill both in.
  const unfilled = announced === 0 && (riffSize === unknownSize || riffSize + 8 <= source.position);
  const implausible = left === undefined && announced !== undefined && announced >= implausibleInPipe;
  if (announced === undefined || unfilled || implausible) return left === undefined ? undefined : wholeFrames(left, format);
  return wholeFrames(Math.min(announced, left ?? announced), format);
}

function wholeFrames(bytes: number, format: WavFormat): number {
  return bytes - (bytes % format.blockAlign);
}

function truncated(name: string): WavError {
  return new WavError(`"${name}" ends before its audio begins; copy or record it again.`);
}

function ascii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
