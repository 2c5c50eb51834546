import { fileURLToPath } from 'node:url';
import type { FliteVoice } from '@voxrill/local';
import { oneOf, readValues } from '../command-line/read-values.js';
import { UsageError } from '../command-line/usage-error.js';

const sizes = ['tiny', 'base'] as const;
const detectors = ['combined', 'silero', 'energy'] as const;
const speakers = ['flite', 'festival'] as const;
const voices = ['rms', 'slt', 'awb', 'kal16', 'kal'] as const satisfies readonly FliteVoice[];

/** What one run is to do. */
export interface RunOptions {
  readonly input: string;
  readonly output: string;
  readonly json: boolean;
  /** On the virtual clock, as fast as the machine allows. */
  readonly fast: boolean;
  readonly stt: (typeof sizes)[number];
  readonly tts: (typeof speakers)[number];
  readonly voice: FliteVoice;
  readonly vad: (typeof detectors)[number];
  /** A model behind an OpenAI-compatible server; undefined for the rule-based one. */
  readonly llm: { readonly model: string; readonly baseURL: string | undefined; readonly apiKey: string | undefined } | undefined;
}

export const usage = `Usage: npm start -- [options]

Lets a recording speak to a bot, and the bot answer, without key or network.

  --input FILE      what the user says, as a WAV file (default: a bundled recording of a person)
  --output FILE     where the reply goes, as a WAV file (default: reply.wav)
  --json            one JSON object a line on standard output, and nothing else there
  --fast            as fast as the machine allows, instead of in real time
  --stt tiny|base   size of the speech recogniser (default: tiny)
  --vad NAME        combined, silero or energy (default: combined)
  --tts NAME        flite or, if installed, festival (default: flite)
  --voice NAME      a voice of Flite: ${voices.join(', ')} (default: ${voices[0]})
  --model NAME      ask this model of an OpenAI-compatible server instead of the rule-based one
  --base-url URL    the server (default: OpenAI's, with the key in OPENAI_API_KEY)
  --api-key-env NAME  the environment variable that holds the key for that server, if it wants one
  --help
`;

const bundled = fileURLToPath(new URL('../../speech/go-forward-ten-meters.wav', import.meta.url));

const declared = {
  input: { type: 'string' },
  output: { type: 'string' },
  json: { type: 'boolean' },
  fast: { type: 'boolean' },
  stt: { type: 'string' },
  vad: { type: 'string' },
  tts: { type: 'string' },
  voice: { type: 'string' },
  model: { type: 'string' },
  'base-url': { type: 'string' },
  'api-key-env': { type: 'string' },
  help: { type: 'boolean' },
} as const;

export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): RunOptions | 'help' {
  const values = readValues(argv, declared, 'npm start -- --help');
  if (values.help === true) return 'help';
  const { model, 'base-url': baseURL } = values;
  if (model === undefined && baseURL !== undefined) throw new UsageError('--base-url needs --model NAME beside it.');
  if (model === undefined && values['api-key-env'] !== undefined)
    throw new UsageError('--api-key-env needs --model NAME beside it.');
  for (const option of ['input', 'output'] as const) {
    if (values[option] === '') throw new UsageError(`--${option} needs the name of a file.`);
  }
  return {
    input: values.input ?? bundled,
    output: values.output ?? 'reply.wav',
    json: values.json ?? false,
    fast: values.fast ?? false,
    stt: oneOf('--stt', values.stt, sizes),
    vad: oneOf('--vad', values.vad, detectors),
    tts: oneOf('--tts', values.tts, speakers),
    voice: oneOf('--voice', values.voice, voices),
    llm: model === undefined ? undefined : { model, baseURL, apiKey: keyFrom(env, values['api-key-env'], baseURL) },
  };
}

/** The key of the named variable; OpenAI's own goes to no other server unless it is named. */
function keyFrom(env: NodeJS.ProcessEnv, name: string | undefined, baseURL: string | undefined): string | undefined {
  if (name === undefined) return baseURL === undefined ? env.OPENAI_API_KEY : undefined;
  const key = env[name]?.trim();
  if (key === undefined || key === '')
    throw new UsageError(`The environment variable ${name}, which --api-key-env names, is not set.`);
  return key;
}
