import { checkedBaseURL, isLocalURL, openaiBaseURL } from './base-url.js';

export interface OpenAIChatOptions {
  /** Name of the model as the server knows it, such as `gpt-4o-mini` or `llama3.2`. */
  readonly model: string;
  /** Where the API is, up to `/v1`. @defaultValue 'https://api.openai.com/v1' */
  readonly baseURL?: string;
  /**
   * The key for this very server. Left out, OpenAI's own server gets the one in the environment variable `OPENAI_API_KEY`,
   * which is read once and sent nowhere else. A server in the local network needs none.
   */
  readonly apiKey?: string;
  /** From 0 (always the likeliest word) to 2. Left out, the server decides. */
  readonly temperature?: number;
  /** Longest answer, in tokens. Left out, the server decides. */
  readonly maxTokens?: number;
  /**
   * Ask for usage at the end of the stream. A server that refuses `stream_options` is asked again without.
   * @defaultValue true
   */
  readonly includeUsage?: boolean;
  /** More fields for the request body, such as `{ reasoning_effort: 'low' }`; they win over all others. */
  readonly extraBody?: Readonly<Record<string, unknown>>;
  /** More headers for every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long one attempt may take until the stream begins. @defaultValue 15_000 */
  readonly firstTokenTimeoutMs?: number;
  /** How long each further chunk of the stream may take. @defaultValue 30_000 */
  readonly nextChunkTimeoutMs?: number;
  /** How long the whole answer may take, further attempts included. @defaultValue 120_000 */
  readonly timeoutMs?: number;
  /**
   * How often a request is tried again that failed before anything was received, after a rate limit, a fault of the server
   * or a lost connection.
   * @defaultValue 2
   */
  readonly maxRetries?: number;
  /** Wait before the first further attempt; it doubles each time. A `Retry-After` of the server wins. @defaultValue 300 */
  readonly retryDelayMs?: number;
  /** Longest wait before a further attempt; if the server asks for more, the request fails at once. @defaultValue 8_000 */
  readonly maxRetryDelayMs?: number;
}

const defaults = {
  baseURL: openaiBaseURL,
  includeUsage: true,
  extraBody: {},
  headers: {},
  firstTokenTimeoutMs: 15_000,
  nextChunkTimeoutMs: 30_000,
  timeoutMs: 120_000,
  maxRetries: 2,
  retryDelayMs: 300,
  maxRetryDelayMs: 8_000,
} as const satisfies Partial<OpenAIChatOptions>;

/** The options with all defaults filled in. */
export interface ResolvedChatOptions {
  readonly model: string;
  readonly baseURL: string;
  /** Empty when the server needs none. */
  readonly apiKey: string;
  readonly temperature: number | undefined;
  readonly maxTokens: number | undefined;
  readonly includeUsage: boolean;
  readonly extraBody: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly firstTokenTimeoutMs: number;
  readonly nextChunkTimeoutMs: number;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly retryDelayMs: number;
  readonly maxRetryDelayMs: number;
}

const optional = ['model', 'apiKey', 'temperature', 'maxTokens'];

function inRange(name: string, value: number, least: number, most: number): number {
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  throw new RangeError(`openaiChat: ${name} must be a number from ${least} to ${most}, not ${String(value)}.`);
}

function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value)) return inRange(name, value, least, most);
  throw new RangeError(`openaiChat: ${name} must be a whole number, not ${String(value)}.`);
}

// Timers of Node are 32 bits wide.
const longestMs = 2_147_483_647;
const durationMs = (name: string, value: number, least = 1): number => inRange(name, value, least, longestMs);

/** Checks the options at the door, and reads OpenAI's key from the environment when none is given. */
export function resolveChatOptions(
  options: OpenAIChatOptions,
  environment: NodeJS.ProcessEnv = process.env,
): ResolvedChatOptions {
  const known = new Set<string>([...Object.keys(defaults), ...optional]);
  const unknown = Object.keys(options).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new TypeError(`openaiChat: there is no option "${unknown}"; fields of the request go into extraBody.`);
  const { model, temperature, maxTokens } = options;
  if (typeof model !== 'string' || model.trim() === '') {
    throw new TypeError('openaiChat: model must be the name of a model, such as "gpt-4o-mini".');
  }
  const baseURL = checkedBaseURL(options.baseURL ?? defaults.baseURL);
  const isOpenAI = baseURL === openaiBaseURL;
  const apiKey = (options.apiKey ?? (isOpenAI ? environment.OPENAI_API_KEY : undefined) ?? '').trim();
  if (apiKey === '' && !isLocalURL(baseURL)) {
    throw new Error(`openaiChat: there is no API key for ${baseURL}; ${isOpenAI ? 'set OPENAI_API_KEY or ' : ''}pass apiKey.`);
  }
  return {
    model,
    baseURL,
    apiKey,
    temperature: temperature === undefined ? undefined : inRange('temperature', temperature, 0, 2),
    maxTokens: maxTokens === undefined ? undefined : wholeNumber('maxTokens', maxTokens, 1, longestMs),
    includeUsage: options.includeUsage ?? defaults.includeUsage,
    extraBody: options.extraBody ?? defaults.extraBody,
    headers: options.headers ?? defaults.headers,
    firstTokenTimeoutMs: durationMs('firstTokenTimeoutMs', options.firstTokenTimeoutMs ?? defaults.firstTokenTimeoutMs),
    nextChunkTimeoutMs: durationMs('nextChunkTimeoutMs', options.nextChunkTimeoutMs ?? defaults.nextChunkTimeoutMs),
    timeoutMs: durationMs('timeoutMs', options.timeoutMs ?? defaults.timeoutMs),
    maxRetries: wholeNumber('maxRetries', options.maxRetries ?? defaults.maxRetries, 0, 10),
    retryDelayMs: durationMs('retryDelayMs', options.retryDelayMs ?? defaults.retryDelayMs, 0),
    maxRetryDelayMs: durationMs('maxRetryDelayMs', options.maxRetryDelayMs ?? defaults.maxRetryDelayMs, 0),
  };
}
