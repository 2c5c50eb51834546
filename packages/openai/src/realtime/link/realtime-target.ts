import { isLocalURL, openaiBaseURL } from '../../base-url.js';
import { dialects, type RealtimeDialectName } from '../protocol/dialect.js';
import type { RealtimeTarget } from './realtime-socket.js';

/** Where a Realtime service is and who asks. */
export interface RealtimeTargetOptions {
  /** Name of the model; at Azure, of the deployment. */
  readonly model: string;
  /** @defaultValue 'ga' */
  readonly dialect?: RealtimeDialectName;
  /**
   * Where the API is, by `http:`, `https:`, `ws:` or `wss:`. Without a path, that of the dialect: `/v1` for OpenAI's, `/openai/v1` or
   * `/openai` for Azure's. `/realtime` is added when it is missing, and what stands in its query stays there.
   * @defaultValue 'https://api.openai.com/v1'; Azure has none
   */
  readonly baseURL?: string;
  /**
   * The key for this very server. Left out, OpenAI's own server gets the one in `OPENAI_API_KEY`, and a server asked in a dialect
   * of Azure the one in `AZURE_OPENAI_API_KEY`. A server in the local network needs none.
   */
  readonly apiKey?: string;
  /** Fetches a token before each connection, in place of a key: of Entra, or one that lives for minutes. */
  readonly token?: () => string | Promise<string>;
  /** Of Azure's preview only. @defaultValue '2024-10-01-preview' */
  readonly apiVersion?: string;
  /** Whose account of OpenAI's is charged, if the key has several. */
  readonly organization?: string;
  readonly project?: string;
  /** More headers; they win over all others. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Subprotocols to offer. @defaultValue none */
  readonly protocols?: readonly string[];
  /**
   * Compress what is sent if the server agrees: a third less on the wire, for CPU and a quarter of a mebibyte a connection.
   * @defaultValue false
   */
  readonly deflate?: boolean;
}

const previewVersion = '2024-10-01-preview';
const schemes: Readonly<Record<string, string>> = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' };

/**
 * Makes what a link asks for its target before each connection. Throws at once when an option is wrong, or when a server outside
 * the local network has neither key nor token; rejects with what `token` rejects with.
 *
 * @example
 * ```ts
 * const openai = realtimeTarget({ model: 'gpt-realtime' }); // key from OPENAI_API_KEY
 * const azure = realtimeTarget({ model: 'my-deployment', dialect: 'azure-ga', baseURL: 'https://me.openai.azure.com', apiKey: 'key' });
 * const own = realtimeTarget({ model: 'any', baseURL: 'ws://127.0.0.1:8080' });
 * console.log((await own()).url); // ws://127.0.0.1:8080/v1/realtime?model=any
 * ```
 */
export function realtimeTarget(
  options: RealtimeTargetOptions,
  environment: NodeJS.ProcessEnv = process.env,
): () => RealtimeTarget | Promise<RealtimeTarget> {
  const { model, dialect = 'ga', token, protocols = [], deflate = false } = options;
  if (typeof model !== 'string' || model.trim() === '')
    throw new TypeError('openaiRealtime: model must be the name of a model, such as "gpt-realtime".');
  if (!Object.hasOwn(dialects, dialect))
    throw new TypeError(`openaiRealtime: dialect must be one of ${Object.keys(dialects).join(', ')}, not "${dialect}".`);
  const url = connectURL(options, dialect);
  const apiKey = token === undefined ? keyFor(options.apiKey, url, dialect, environment) : '';
  const fixed = { ...headersOf(options, dialect), ...authorisation(apiKey, dialect, false), ...options.headers };
  const target: RealtimeTarget = { url: url.href, headers: fixed, protocols, deflate };
  if (token === undefined) return () => target;
  return async () => ({
    ...target,
    headers: { ...authorisation((await token()).trim(), dialect, true), ...fixed },
  });
}

function connectURL({ baseURL, model, apiVersion }: RealtimeTargetOptions, dialect: RealtimeDialectName): URL {
  const azure = isAzure(dialect);
  if (baseURL === undefined && azure)
    throw new TypeError(
      'openaiRealtime: baseURL must say where your Azure resource is, such as "https://NAME.openai.azure.com".',
    );
  const given = baseURL ?? openaiBaseURL;
  const scheme = URL.canParse(given) ? schemes[new URL(given).protocol] : undefined;
  if (scheme === undefined)
    throw new TypeError(
      'openaiRealtime: baseURL must be a URL that begins with http, https, ws or wss, such as "wss://host/v1".',
    );
  // The scheme is part of the text, since a URL does not let itself be changed from http to ws.
  const url = new URL(given.replace(/^[a-z]+:/i, scheme));
  if (url.username !== '' || url.password !== '')
    throw new TypeError('openaiRealtime: baseURL must not hold a password; give it as apiKey or in headers.');
  url.hash = '';
  url.pathname = pathOf(url.pathname.replace(/\/+$/, ''), dialect);
  const asked: Readonly<Record<string, string>> =
    dialect === 'azure-preview' ? { 'api-version': apiVersion ?? previewVersion, deployment: model } : { model };
  for (const [name, value] of Object.entries(asked)) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url;
}

function pathOf(path: string, dialect: RealtimeDialectName): string {
  if (path.endsWith('/realtime')) return path;
  if (dialect === 'azure-ga' && path.endsWith('/openai')) return `${path}/v1/realtime`;
  if (path !== '') return `${path}/realtime`;
  if (dialect === 'azure-preview') return '/openai/realtime';
  return dialect === 'azure-ga' ? '/openai/v1/realtime' : '/v1/realtime';
}

function keyFor(given: string | undefined, url: URL, dialect: RealtimeDialectName, environment: NodeJS.ProcessEnv): string {
  const isOpenAI = url.hostname === new URL(openaiBaseURL).hostname;
  const variable = isAzure(dialect) ? 'AZURE_OPENAI_API_KEY' : isOpenAI ? 'OPENAI_API_KEY' : undefined;
  const key = (given ?? (variable === undefined ? undefined : environment[variable]) ?? '').trim();
  if (key !== '' || isLocalURL(url.href)) return key;
  const first = variable === undefined ? '' : `set ${variable} or `;
  throw new Error(`openaiRealtime: there is no API key for ${url.host}; ${first}pass apiKey.`);
}

function headersOf({ organization, project }: RealtimeTargetOptions, dialect: RealtimeDialectName): Record<string, string> {
  if (isAzure(dialect)) return {};
  return {
    ...(dialects[dialect].family === 'beta' ? { 'OpenAI-Beta': 'realtime=v1' } : {}),
    ...(organization === undefined ? {} : { 'OpenAI-Organization': organization }),
    ...(project === undefined ? {} : { 'OpenAI-Project': project }),
  };
}

function authorisation(secret: string, dialect: RealtimeDialectName, isToken: boolean): Record<string, string> {
  if (secret === '') return {};
  return isAzure(dialect) && !isToken ? { 'api-key': secret } : { Authorization: `Bearer ${secret}` };
}

const isAzure = (dialect: RealtimeDialectName): boolean => dialect === 'azure-ga' || dialect === 'azure-preview';
