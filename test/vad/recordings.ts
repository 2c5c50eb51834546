import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A recording of one voice, mono, samples from −1 to 1 at 16 kHz. */
export interface Recording {
  readonly name: string;
  readonly voice: string;
  readonly samples: Float64Array;
}

const RATE = 16000;

/** Who speaks, told from the file name: babble must be made of voices other than the one to be found. */
function voiceOf(file: string): string {
  const stem = file.replace(/\.wav$/, '').replace(/^(human|tts)-/, '');
  if (stem.includes('jfk')) return 'jfk';
  return stem.replace(/-\d+$/, '').replace(/^ps-.*/, 'ps');
}

/** Reads every wide-band recording that the folder's manifest names. */
export async function readRecordings(folder: string): Promise<readonly Recording[]> {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as readonly { file: string; rate: number }[];
  const wide = manifest.filter(({ rate }) => rate === RATE);
  return Promise.all(
    wide.map(async ({ file }) => ({ name: file, voice: voiceOf(file), samples: await readPcm(join(folder, file)) })),
  );
}

/** Samples of a 16-bit mono WAV. */
async function readPcm(path: string): Promise<Float64Array> {
  const bytes = await readFile(path);
  const data = bytes.indexOf('data', 12, 'latin1');
  const length = Math.min(bytes.readUInt32LE(data + 4), bytes.length - data - 8) >> 1;
  const samples = new Float64Array(length);
  for (let i = 0; i < length; i++) samples[i] = bytes.readInt16LE(data + 8 + 2 * i) / 32768;
  return samples;
}
