// The arithmetic of ITU-T G.711 as its reference software (G.191, module G711) does it: µ-law reads 14 bits and A-law 13,
// and a negative sample is taken as its ones' complement, so that both halves of the scale mirror each other.

/** Code of a 14-bit sample (−8192 … 8191) in µ-law. */
export function compressMulaw(sample14: number): number {
  const negative = sample14 < 0;
  const magnitude = Math.min(0x1fff, (negative ? ~sample14 : sample14) + 33);
  const segment = 26 - Math.clz32(magnitude);
  const mantissa = (magnitude >> (segment + 1)) & 0x0f;
  return ((7 - segment) << 4) | (0x0f - mantissa) | (negative ? 0 : 0x80);
}

/** 16-bit sample of a µ-law code. */
export function expandMulaw(code: number): number {
  const inverted = ~code & 0xff;
  const exponent = (inverted >> 4) & 0x07;
  const magnitude = ((((inverted & 0x0f) << 1) + 33) << (exponent + 2)) - 4 * 33;
  return code < 0x80 ? -magnitude : magnitude;
}

/** Code of a 12-bit-plus-sign sample (−2048 … 2047) in A-law. */
export function compressAlaw(sample12: number): number {
  const negative = sample12 < 0;
  const magnitude = negative ? ~sample12 : sample12;
  const segment = Math.max(0, 28 - Math.clz32(magnitude));
  const mantissa = (magnitude >> Math.max(0, segment - 1)) & 0x0f;
  return ((segment << 4) | mantissa | (negative ? 0 : 0x80)) ^ 0x55;
}

/** 16-bit sample of an A-law code. */
export function expandAlaw(code: number): number {
  const plain = code ^ 0x55;
  const exponent = (plain >> 4) & 0x07;
  const mantissa = ((plain & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return plain < 0x80 ? -magnitude : magnitude;
}
