/** 16-bit little-endian samples out of bytes; throws where half a sample is left over. */
export function samplesOf(bytes: ArrayBuffer | Uint8Array): Int16Array {
  const view = bytes instanceof Uint8Array ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new DataView(bytes);
  if (view.byteLength % 2 !== 0) throw new Error(`${view.byteLength} bytes are no whole number of samples.`);
  return Int16Array.from({ length: view.byteLength / 2 }, (_, index) => view.getInt16(index * 2, true));
}
