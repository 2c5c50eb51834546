/** Where the header of a WAV file says how many bytes a second has. */
const byteRateAt = 28;
const headerBytes = 44;
/** 24 kHz, 16 bits, one channel: what speech models take. */
const usualByteRate = 48_000;

/** How long a WAV file in base64 is, by its size and the rate that its header names. */
export function wavDurationMs(base64: string, bytes: number): number {
  return (Math.max(0, bytes - headerBytes) / (byteRate(base64) ?? usualByteRate)) * 1000;
}

function byteRate(base64: string): number | undefined {
  // 44 bytes are 59 characters; a multiple of four can be decoded alone.
  const head = base64.slice(0, 60);
  if (!/^[A-Za-z0-9+/]{60}$/u.test(head)) return undefined;
  const header = atob(head);
  if (!header.startsWith('RIFF')) return undefined;
  const byte = (index: number): number => header.charCodeAt(byteRateAt + index);
  const rate = byte(0) + byte(1) * 2 ** 8 + byte(2) * 2 ** 16 + byte(3) * 2 ** 24;
  return rate === 0 ? undefined : rate;
}
