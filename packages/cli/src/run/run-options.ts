import { fileURLToPath } from 'node:url';
import { oneOf, readValues } from '../command-line/read-values.js';
import { UsageError } from '../command-line/usage-error.js';
import { type RealtimeService, realtimeService } from '../realtime/realtime-service.js';
import { type LocalOptions, readLocalOptions, voices } from './local-options.js';

const modes = ['cascade', 'realtime'] as const;
/** What one run is to do. */
export interface RunOptions extends LocalOptions {
  readonly input: string;
  readonly output: string;
  readonly json: boolean;
  /** On the virtual clock, as fast as the machine allows. */
  readonly fast: boolean;
  /** The end-to-end model that takes the place of recogniser, language model and voice; undefined in a cascade. */
  readonly realtime: RealtimeService | undefined;
  /** A model behind an OpenAI-compatible server; undefined for the rule-based one. */
  readonly llm: { readonly model: string; readonly baseURL: string | undefined; readonly apiKey: string | undefined } | undefined;
}

export const usage = `Usage: npm start -- [options]

Lets a recording speak to a bot, and the bot answer, without key or network.

  --input FILE      what the user says, as a WAV file (default: a bundled recording of a person)
  --output FILE     where the reply goes, as a WAV file (default: reply.wav)
  --json            one JSON object a line on standard output, and nothing else there
  --mode NAME       cascade: recogniser, language model, voice (default); realtime: one end-to-end model
  --stt tiny|base   size of the speech recogniser (default: tiny)
  --vad NAME        combined, silero or energy (default: combined)
  --tts NAME        flite or, if installed, festival (default: flite)
  --voice NAME      a voice of Flite: ${voices.join(', ')} (default: ${voices[0]}); or one of the realtime service
  --help

In a cascade:
  --fast            as fast as the machine allows, instead of in real time
  --model NAME      ask this model of an OpenAI-compatible server instead of the rule-based one
  --base-url URL    the server (default: OpenAI's, with the key in OPENAI_API_KEY)
  --api-key-env NAME  the environment variable that holds the key for that server, if it wants one

With --mode realtime, the service is OpenAI's if OPENAI_API_KEY is set, Azure's if AZURE_OPENAI_ENDPOINT and
AZURE_OPENAI_API_KEY are, and otherwise our own server in this process, with the cascade behind it.
  --offline         our own server in any case
  --url URL         any other server that speaks the Realtime protocol, such as ws://127.0.0.1:8790
  --api-key-env NAME  the environment variable that holds the key for that server, if it wants one
  --model NAME      the model, at Azure the deployment (default: gpt-realtime, or AZURE_OPENAI_DEPLOYMENT)
`;

const bundled = fileURLToPath(new URL('../../speech/go-forward-ten-meters.wav', import.meta.url));

const declared = {
  input: { type: 'string' },
  output: { type: 'string' },
  json: { type: 'boolean' },
  mode: { type: 'string' },
  fast: { type: 'boolean' },
  stt: { type: 'string' },
  vad: { type: 'string' },
  tts: { type: 'string' },
  voice: { type: 'string' },
  model: { type: 'string' },
  'base-url': { type: 'string' },
  'api-key-env': { type: 'string' },
  offline: { type: 'boolean' },
  url: { type: 'string' },
  help: { type: 'boolean' },
} as const;

export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): RunOptions | 'help' {
  const values = readValues(argv, declared, 'npm start -- --help');
  if (values.help === true) return 'help';
  const mode = oneOf('--mode', values.mode, modes);
  for (const option of ['input', 'output'] as const) {
    if (values[option] === '') throw new UsageError(`--${option} needs the name of a file.`);
  }
  const { model, voice, url, 'base-url': baseURL, 'api-key-env': keyName } = values;
  const common = {
    input: values.input ?? bundled,
    output: values.output ?? 'reply.wav',
    json: values.json ?? false,
  };
  if (mode === 'realtime') {
    if (values.fast === true) throw new UsageError('--fast needs --mode cascade: a connection lives in real time.');
    if (baseURL !== undefined) throw new UsageError('--base-url needs --mode cascade; the server of --mode realtime is --url.');
    const given = { model, voice, url, offline: values.offline ?? false, apiKey: namedKey(env, keyName) };
    const realtime = realtimeService(given, env);
    // The voice of another service is no voice of ours.
    const local = readLocalOptions({ ...values, ...(realtime.connection === undefined ? {} : { voice: undefined }) });
    return { ...common, ...local, fast: false, llm: undefined, realtime };
  }
  if (url !== undefined) throw new UsageError('--url needs --mode realtime; the server of a language model is --base-url.');
  if (values.offline === true) throw new UsageError('--offline needs --mode realtime; a cascade without --model is offline.');
  for (const [option, value] of Object.entries({ '--base-url': baseURL, '--api-key-env': keyName })) {
    if (model === undefined && value !== undefined) throw new UsageError(`${option} needs --model NAME beside it.`);
  }
  // OpenAI's own key goes to no other server unless it is named.
  const apiKey = namedKey(env, keyName) ?? (baseURL === undefined ? env.OPENAI_API_KEY : undefined);
  return {
    ...common,
    ...readLocalOptions(values),
    fast: values.fast ?? false,
    realtime: undefined,
    llm: model === undefined ? undefined : { model, baseURL, apiKey },
  };
}

function namedKey(env: NodeJS.ProcessEnv, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const key = env[name]?.trim();
  if (key === undefined || key === '')
    throw new UsageError(`The environment variable ${name}, which --api-key-env names, is not set.`);
  return key;
}
