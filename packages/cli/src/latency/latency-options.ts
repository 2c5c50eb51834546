import { numeric, oneOf, readArguments } from '../command-line/read-values.js';
import { UsageError } from '../command-line/usage-error.js';

/** What one run is to do. */
export interface LatencyRunOptions {
  readonly input: string;
  readonly userChannel: (typeof channels)[number];
  readonly pauseMs: number | undefined;
  readonly threshold: number | undefined;
  readonly json: boolean;
}

const channels = ['left', 'right'] as const;

export const latencyUsage = `Usage: npm run latency -- FILE.wav [options]

Measures how long the agent takes to answer, from a stereo recording of the call: user left, agent right.

  --user-channel NAME  left or right (default: left)
  --pause-ms N         a shorter pause does not end what is being said (default: 200)
  --threshold N        how many dB above the background speech begins (default: 10)
  --json               one JSON object on standard output, and nothing else there
  --help
`;

const declared = {
  'user-channel': { type: 'string' },
  'pause-ms': { type: 'string' },
  threshold: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Reads the command line; a mistake in it is a `UsageError`. */
export function readLatencyOptions(argv: readonly string[]): LatencyRunOptions | 'help' {
  const { values, positionals } = readArguments(argv, declared, 'npm run latency -- --help');
  if (values.help === true) return 'help';
  const [input, another] = positionals;
  if (input === undefined) throw new UsageError('Say which recording to measure: npm run latency -- FILE.wav.');
  if (another !== undefined) throw new UsageError(`One recording at a time; "${another}" is one too many.`);
  return {
    input,
    userChannel: oneOf('--user-channel', values['user-channel'], channels),
    pauseMs: numeric('--pause-ms', values['pause-ms']),
    threshold: numeric('--threshold', values.threshold),
    json: values.json ?? false,
  };
}
