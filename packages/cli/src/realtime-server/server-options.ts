import { numeric, oneOf, readValues } from '../command-line/read-values.js';
import { UsageError } from '../command-line/usage-error.js';
import { type LocalOptions, readLocalOptions, voices } from '../run/local-options.js';

const dialects = ['auto', 'ga', 'beta'] as const;

/** What the server is to be. */
export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly keys: readonly string[];
  /** Files of a certificate and its key. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly dialect: (typeof dialects)[number];
  /** Where each event of both directions is written to. */
  readonly log: string | undefined;
  readonly local: LocalOptions;
}

export const usage = `Usage: npm run realtime-server -- [options]

Serves the local bot to clients of the OpenAI Realtime API, without key or network, until it is stopped.

  --port N          (default: 8790; 0: any that is free)
  --host NAME       where to listen (default: 127.0.0.1; any other needs --key)
  --key KEY         a key that clients must have; may be given several times
  --tls-cert FILE   serve wss with this certificate, in PEM
  --tls-key FILE    and this key of it
  --dialect NAME    auto, ga or beta: what clients speak (default: auto, found out for each)
  --log FILE.jsonl  append each event of both directions, one JSON object a line
  --stt tiny|base   size of the speech recogniser (default: tiny)
  --vad NAME        combined, silero or energy (default: combined)
  --tts NAME        flite or, if installed, festival (default: flite)
  --voice NAME      a voice of Flite, for clients that ask for none of them: ${voices.join(', ')} (default: ${voices[0]})
  --help
`;

const declared = {
  port: { type: 'string' },
  host: { type: 'string' },
  key: { type: 'string', multiple: true },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  dialect: { type: 'string' },
  log: { type: 'string' },
  stt: { type: 'string' },
  vad: { type: 'string' },
  tts: { type: 'string' },
  voice: { type: 'string' },
  help: { type: 'boolean' },
} as const;

export function readServerOptions(argv: readonly string[]): ServerOptions | 'help' {
  const values = readValues(argv, declared, 'npm run realtime-server -- --help');
  if (values.help === true) return 'help';
  const { host = '127.0.0.1', key: keys = [], log, 'tls-cert': cert, 'tls-key': tlsKey } = values;
  const port = numeric('--port', values.port) ?? 8790;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port must be a whole number from 0 to 65535, not "${values.port}".`);
  for (const [option, value] of Object.entries({ '--host': host, '--log': log })) {
    if (value === '') throw new UsageError(`${option} needs a value.`);
  }
  if (keys.some((key) => key.trim() === '')) throw new UsageError('--key needs a key that is not empty.');
  if (keys.some((key) => /\s/u.test(key))) throw new UsageError('--key needs a key without white space, as clients can send it.');
  if ((cert === undefined) !== (tlsKey === undefined))
    throw new UsageError('--tls-cert and --tls-key need each other; give both, or neither.');
  return {
    host,
    port,
    keys,
    tls: cert === undefined || tlsKey === undefined ? undefined : { cert, key: tlsKey },
    dialect: oneOf('--dialect', values.dialect, dialects),
    log,
    local: readLocalOptions(values),
  };
}
