import { isBase64 } from './schema/field.js';

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Writes audio as the Realtime protocol carries it, standard base64: bytes as they are, samples as 16-bit little-endian.
 *
 * @example
 * ```ts
 * console.log(encodeAudio(Int16Array.of(0, 1))); // AAABAA==
 * ```
 */
export function encodeAudio(audio: Uint8Array | Int16Array): string {
  const view = Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength);
  if (littleEndian || audio instanceof Uint8Array) return view.toString('base64');
  return Buffer.from(view).swap16().toString('base64');
}

/**
 * Reads base64 into bytes that nobody else holds. Throws a RangeError for a text that is not base64.
 *
 * @example
 * ```ts
 * console.log(decodeAudio('AAABAA==').length); // 4
 * ```
 */
export function decodeAudio(base64: string): Uint8Array<ArrayBuffer> {
  if (!isBase64(base64)) throw new RangeError('The audio is not standard base64.');
  const bytes = new Uint8Array(Buffer.byteLength(base64, 'base64'));
  // Not Buffer.from: a short text would land in the pool that all Buffers share.
  Buffer.from(bytes.buffer).write(base64, 'base64');
  return bytes;
}

/**
 * Makes a reader of a stream of 16-bit little-endian PCM in base64, which hands back whole samples: half a sample at the end of
 * one text waits for the next. Each stream takes its own. The reader throws a RangeError for a text that is not base64.
 *
 * @example
 * ```ts
 * const read = pcmReader();
 * console.log(read('AAAB').length, read('AA==').length); // 1 1
 * ```
 */
export function pcmReader(): (base64: string) => Int16Array<ArrayBuffer> {
  let half: number | undefined;
  return (base64) => {
    let bytes = decodeAudio(base64);
    if (half !== undefined) {
      const joined = new Uint8Array(bytes.length + 1);
      joined[0] = half;
      joined.set(bytes, 1);
      bytes = joined;
    }
    half = bytes.length % 2 === 0 ? undefined : bytes[bytes.length - 1];
    if (!littleEndian) Buffer.from(bytes.buffer, 0, bytes.length & ~1).swap16();
    return new Int16Array(bytes.buffer, 0, bytes.length >> 1);
  };
}
