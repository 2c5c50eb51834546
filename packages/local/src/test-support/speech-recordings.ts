import { readFile } from 'node:fs/promises';
import { decodeWav, resample } from '@voxrill/audio';

/** A recording of somebody speaking, mono at 16 kHz, and what is said in it. */
export interface SpeechRecording {
  readonly file: string;
  readonly text: string;
  readonly samples: Int16Array;
}

const folder = new URL('../../../../test/speech/', import.meta.url);

/** The recordings of the repository whose file names begin so, in 16 kHz. */
export async function speechRecordings(prefix: string): Promise<readonly SpeechRecording[]> {
  const manifest: unknown = JSON.parse(await readFile(new URL('manifest.json', folder), 'utf8'));
  const listed = (Array.isArray(manifest) ? manifest : []).filter((entry): entry is { file: string; text: string } =>
    String(entry?.file).startsWith(prefix),
  );
  return Promise.all(
    listed.map(async ({ file, text }) => {
      const { samples, sampleRate } = await decodeWav(await readFile(new URL(file, folder)));
      return {
        file,
        text,
        samples: sampleRate === 16_000 ? samples : resample(samples, { fromRate: sampleRate, toRate: 16_000 }),
      };
    }),
  );
}
