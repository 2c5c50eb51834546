import { combinedVad, detectSpeech, energyVad, openWav, sileroVad, type VadDecision } from '@voxrill/audio';
import { UsageError } from '../command-line/usage-error.js';
import type { VadRunOptions } from './vad-options.js';

/** Lets the engine hear the recording and prints each decision, as it is made, to `write`. */
export async function printDecisions(options: VadRunOptions, write: (line: string) => void): Promise<void> {
  const engine = await makeEngine(options);
  const wav = await openWav(options.input, { sampleRate: engine.sampleRate });
  const table = options.json ? undefined : new Table(write);
  for await (const decision of detectSpeech(wav, engine)) {
    if (table === undefined) write(`${JSON.stringify(rounded(decision))}\n`);
    else table.row(decision);
  }
  table?.end(engine.name);
}

async function makeEngine({ engine, model, startMs, stopMs, threshold }: VadRunOptions) {
  const times = { ...(startMs === undefined ? {} : { startMs }), ...(stopMs === undefined ? {} : { stopMs }) };
  const level = threshold === undefined ? {} : { threshold };
  try {
    switch (engine) {
      case 'combined':
        return await combinedVad({ ...times, ...level });
      case 'silero':
        return await sileroVad({ ...times, ...level, model });
      case 'energy':
        return energyVad({ ...times, ...(threshold === undefined ? {} : { thresholdDb: threshold }) });
    }
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

/** Microseconds are more than a frame can tell. */
function rounded({ type, atMs, speechAtMs }: VadDecision): VadDecision {
  return { type, atMs: Math.round(atMs * 1000) / 1000, speechAtMs: Math.round(speechAtMs * 1000) / 1000 };
}

class Table {
  readonly #write: (line: string) => void;
  #rows = 0;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  row({ type, atMs, speechAtMs }: VadDecision): void {
    if (this.#rows === 0) this.#write(line('', 'decided at', 'speech at'));
    this.#rows += 1;
    this.#write(line(type, seconds(atMs), seconds(speechAtMs)));
  }

  end(engine: string): void {
    if (this.#rows === 0) this.#write(`The engine "${engine}" heard no speech.\n`);
  }
}

function line(type: string, decided: string, speech: string): string {
  return `${type.padEnd(6)} ${decided.padStart(12)} ${speech.padStart(12)}\n`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
