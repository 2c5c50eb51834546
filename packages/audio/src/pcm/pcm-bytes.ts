import { endianness } from 'node:os';

const hostIsLittleEndian = endianness() === 'LE';

/**
 * Reads 16-bit little-endian samples out of bytes, at any alignment. The result owns its memory.
 * Throws a RangeError for an odd number of bytes: carry the last byte over to the next chunk.
 */
export function pcmFromBytes(bytes: Uint8Array): Int16Array {
  if (bytes.length % 2 !== 0) {
    throw new RangeError(
      `pcmFromBytes: ${bytes.length} bytes are not whole 16-bit samples; keep the last byte for the next chunk.`,
    );
  }
  const owned = hostIsLittleEndian ? Uint8Array.from(bytes) : swapPairs(bytes);
  return new Int16Array(owned.buffer);
}

/** Writes samples as 16-bit little-endian bytes. The result owns its memory. */
export function pcmToBytes(samples: Int16Array): Uint8Array {
  const view = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  return hostIsLittleEndian ? Uint8Array.from(view) : swapPairs(view);
}

function swapPairs(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const swapped = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) swapped[i] = bytes[i ^ 1] ?? 0;
  return swapped;
}
