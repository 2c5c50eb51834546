/** The PCM that the Realtime API speaks: 24 kHz, 16-bit, mono. */
const sampleRate = 24_000;
const headerBytes = 44;

const fits =
  'Realtime speech is 24 kHz, 16-bit, mono PCM: give WAV of that form, or set audio: "transcript" to send what was said as text.';

/** The samples of a WAV file, both in base64. Throws a RangeError when they are not what the Realtime API speaks. */
export function pcmOfWav(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  const text = (at: number): string => bytes.toString('latin1', at, at + 4);
  if (bytes.length < headerBytes || text(0) !== 'RIFF' || text(8) !== 'WAVE')
    throw new RangeError(`This is no WAV file. ${fits}`);
  let format: string | undefined;
  // Chunks lie on even bytes, and others than these two may stand between them.
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32LE(at + 4);
    const from = at + 8;
    if (text(at) === 'fmt ' && from + 16 <= bytes.length) {
      const [coding, channels, rate, bits] = [
        bytes.readUInt16LE(from),
        bytes.readUInt16LE(from + 2),
        bytes.readUInt32LE(from + 4),
        bytes.readUInt16LE(from + 14),
      ];
      format = `${coding} ${channels} ${rate} ${bits}`;
    }
    if (text(at) === 'data') {
      if (format !== `1 1 ${sampleRate} 16`) throw new RangeError(`This WAV file has another format. ${fits}`);
      // A file that was written as it was recorded does not know its length.
      return bytes.subarray(from, Math.min(bytes.length, from + size)).toString('base64');
    }
    at = from + size + (size % 2);
  }
  throw new RangeError(`This WAV file has no samples. ${fits}`);
}

/** Puts a header before PCM of the Realtime API; both in base64. */
export function wavOfPcm(base64: string): string {
  const pcm = Buffer.from(base64, 'base64');
  const header = Buffer.alloc(headerBytes);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(headerBytes - 8 + pcm.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(pcm.length, 40);
  return Buffer.concat([header, pcm]).toString('base64');
}
