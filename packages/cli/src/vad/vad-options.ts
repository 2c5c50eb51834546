import { numeric, oneOf, readValues } from '../command-line/read-values.js';
import { UsageError } from '../command-line/usage-error.js';

/** What one run is to do. */
export interface VadRunOptions {
  readonly input: string;
  readonly engine: (typeof engineNames)[number];
  /** Which Silero the engine `silero` uses. */
  readonly model: (typeof modelNames)[number];
  readonly json: boolean;
  readonly startMs: number | undefined;
  readonly stopMs: number | undefined;
  readonly threshold: number | undefined;
}

const engineNames = ['combined', 'silero', 'energy'] as const;
const modelNames = ['v6', 'v4'] as const;

export const vadUsage = `Usage: npm run vad -- --input FILE.wav [options]

Says where speech begins and ends in a recording.

  --input FILE      the recording, a WAV file
  --engine NAME     combined, silero or energy (default: combined)
  --model NAME      v6 or v4, for the engine silero (default: v6)
  --start-ms N      how much speech it takes to say that it has begun (default: 160)
  --stop-ms N       how long after the last speech it is over (default: 500)
  --threshold N     combined, silero: a probability, 0 to 1 (default: 0.5); energy: dB above the background (default: 4)
  --json            one JSON object a line on standard output, and nothing else there
  --help
`;

const declared = {
  input: { type: 'string' },
  engine: { type: 'string' },
  model: { type: 'string' },
  'start-ms': { type: 'string' },
  'stop-ms': { type: 'string' },
  threshold: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Reads the command line; a mistake in it is a `UsageError`. */
export function readVadOptions(argv: readonly string[]): VadRunOptions | 'help' {
  const values = readValues(argv, declared, 'npm run vad -- --help');
  if (values.help === true) return 'help';
  if (values.input === undefined) throw new UsageError('Say which recording to listen to: --input FILE.wav.');
  const engine = oneOf('--engine', values.engine, engineNames);
  if (values.model !== undefined && engine !== 'silero') throw new UsageError('--model needs --engine silero beside it.');
  return {
    input: values.input,
    engine,
    model: oneOf('--model', values.model, modelNames),
    json: values.json ?? false,
    startMs: numeric('--start-ms', values['start-ms']),
    stopMs: numeric('--stop-ms', values['stop-ms']),
    threshold: numeric('--threshold', values.threshold),
  };
}
