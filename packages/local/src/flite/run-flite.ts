import { runWasiProgram } from './run-wasi-program.js';

/** One phone of what was spoken and where it ends, in milliseconds. `pau` is a pause. */
export interface TimedPhone {
  readonly phone: string;
  readonly endMs: number;
}

/** Speech as Flite makes it: mono, 16-bit. */
export interface FliteSpeech {
  readonly samples: Int16Array<ArrayBuffer>;
  readonly sampleRate: number;
  readonly phones: readonly TimedPhone[];
}

/**
 * Speaks a text with Flite.
 *
 * @param rate - 1 is the voice's own speed; 2 is twice as fast.
 * @throws Error with what Flite wrote to its standard error.
 */
export async function runFlite(flite: WebAssembly.Module, text: string, voice: string, rate: number): Promise<FliteSpeech> {
  const stretch = ['--setf', `duration_stretch=${1 / rate}`];
  // The blanks make Flite take the argument as text, even where it looks like an option or the name of a file.
  const { status, stdout, stderr, files } = await runWasiProgram(flite, [
    'flite',
    '-psdur',
    '-voice',
    voice,
    ...stretch,
    '-t',
    ` ${text} `,
    '-o',
    'out.wav',
  ]);
  const wav = files.get('out.wav');
  if (status !== 0 || wav === undefined) throw new Error(`Flite ended with status ${status}: ${stderr.trim()}`);
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  return {
    samples: new Int16Array(wav.slice(44, wav.length - (wav.length % 2)).buffer),
    sampleRate: view.getUint32(24, true),
    phones: readPhones(stdout),
  };
}

/** Reads lines of `phone:seconds phone:seconds …`; each line is a sentence of its own whose times begin at 0. */
function readPhones(stdout: string): TimedPhone[] {
  const phones: TimedPhone[] = [];
  for (const line of stdout.split('\n')) {
    const startMs = phones.at(-1)?.endMs ?? 0;
    for (const [, phone = '', seconds = ''] of line.matchAll(/(\S+):([\d.]+)/g))
      phones.push({ phone, endMs: startMs + Number(seconds) * 1000 });
  }
  return phones;
}
