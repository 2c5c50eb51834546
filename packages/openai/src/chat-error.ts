import { type ErrorCategory, ServiceError } from '@voxrill/core';
import type { ResolvedChatOptions } from './chat-options.js';
import { codesOf } from './error-codes.js';

/** A failure, and whether trying again may help. */
export interface ChatFailure {
  readonly error: ServiceError;
  readonly retryable: boolean;
  /** How long the server asks to wait; absent when it says nothing. */
  readonly retryAfterMs?: number | undefined;
  /** True when the server refused `stream_options`. */
  readonly refusesUsage?: boolean;
}

/** What is read of an `APIError` of the SDK; by shape, since the SDK is loaded late. */
interface ApiErrorShape {
  readonly status?: number | undefined;
  readonly headers?: Headers | undefined;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly error?: unknown;
}

const longestDetail = 160;
const isShape = (value: unknown): value is ApiErrorShape => value instanceof Error && 'status' in value && 'headers' in value;

/** The server's own words, on one line, short, and without the key, which some servers say back. */
function detailOf(error: ApiErrorShape, apiKey: string): string {
  const body = error.error;
  const own = typeof body === 'object' && body !== null && 'message' in body ? body.message : body;
  if (typeof own !== 'string') return '';
  const line = (apiKey === '' ? own : own.replaceAll(apiKey, '…'))
    .replace(/\bsk-[\w-]+/g, '…')
    .replace(/\s+/g, ' ')
    .trim();
  const short = line.length > longestDetail ? `${line.slice(0, longestDetail)}…` : line.replace(/[.!]+$/, '');
  return short === '' ? '' : ` (${short})`;
}

function retryAfter(headers: Headers | undefined): number | undefined {
  const exact = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const text = headers?.get('retry-after') ?? '';
  if (text === '') return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  // A date is held against the server's own clock; ours may be wrong.
  const wait = Date.parse(text) - Date.parse(headers?.get('date') ?? '');
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

function failure(category: ErrorCategory, message: string, retryable = false, more: Partial<ChatFailure> = {}): ChatFailure {
  return { error: new ServiceError(category, message), retryable, ...more };
}

function fromStatus(error: ApiErrorShape, options: ResolvedChatOptions): ChatFailure {
  const { baseURL, model, apiKey } = options;
  const { status = 0 } = error;
  const detail = detailOf(error, apiKey);
  const codes = `${String(error.code ?? '')} ${String(error.type ?? '')}`;
  const retryAfterMs = retryAfter(error.headers);
  if (status === 401) {
    const todo = apiKey === '' ? 'set OPENAI_API_KEY or pass apiKey' : 'check the API key';
    return failure('authentication', `${baseURL} did not accept the API key: ${todo}.`);
  }
  if (status === 403)
    return failure(
      'authorization',
      `${baseURL} does not allow this key to use the model "${model}": check its permissions${detail}.`,
    );
  if (status === 402 || (status === 429 && /insufficient_quota|billing/.test(codes))) {
    return failure('quota', `The account at ${baseURL} has no credit left: check its plan and billing.`);
  }
  if (status === 404)
    return failure(
      'invalid-request',
      `${baseURL} does not know the model "${model}": check the model name and the base URL${detail}.`,
    );
  if (status === 408) return failure('timeout', `${baseURL} timed out: try again.`, true, { retryAfterMs });
  if (status === 429)
    return failure('rate-limit', `${baseURL} is rate limiting: send fewer requests or raise the limit${detail}.`, true, {
      retryAfterMs,
    });
  if (status >= 500)
    return failure('server', `${baseURL} failed with status ${status}: try again later${detail}.`, true, { retryAfterMs });
  const refusesUsage =
    (status === 400 || status === 422) && /stream_options|include_usage/.test(JSON.stringify(error.error ?? ''));
  return failure(
    'invalid-request',
    `${baseURL} refused the request for the model "${model}" with status ${status}: check model and options${detail}.`,
    false,
    { refusesUsage },
  );
}

/** An error object inside the stream: the status was 200, so only its words tell what it is. */
function fromStream(error: ApiErrorShape, options: ResolvedChatOptions): ChatFailure {
  const codes = `${String(error.code ?? '')} ${String(error.type ?? '')}`;
  const detail = detailOf(error, options.apiKey);
  if (/insufficient_quota|billing/.test(codes))
    return failure('quota', `The account at ${options.baseURL} has no credit left: check its plan and billing.`);
  if (/rate_limit|429/.test(codes))
    return failure('rate-limit', `${options.baseURL} is rate limiting: send fewer requests or raise the limit${detail}.`, true);
  if (/invalid_request|context_length/.test(codes)) {
    return failure(
      'invalid-request',
      `${options.baseURL} refused the request for the model "${options.model}": check model and options${detail}.`,
    );
  }
  return failure('server', `${options.baseURL} broke off its answer with an error: try again${detail}.`, true);
}

/** Says what went wrong, in one sentence that names what to do and never holds the key. */
export function chatFailure(error: unknown, options: ResolvedChatOptions, started: boolean): ChatFailure {
  const { baseURL } = options;
  if (error instanceof ServiceError) return { error, retryable: error.category === 'connectivity' };
  if (isShape(error) && error.status !== undefined) return fromStatus(error, options);
  if (isShape(error) && error.error !== undefined) return fromStream(error, options);
  if (error instanceof SyntaxError)
    return failure('server', `${baseURL} sent an answer that is not valid JSON: check that it is an OpenAI-compatible server.`);
  const codes = codesOf(error);
  if (/ENOTFOUND|EAI_AGAIN/.test(codes))
    return failure('connectivity', `There is no server by the name in ${baseURL}: check the base URL and the network.`, true);
  if (/ECONNREFUSED/.test(codes)) return failure('connectivity', `Cannot connect: is the server running at ${baseURL}?`, true);
  if (/CERT|SSL|TLS/.test(codes))
    return failure('connectivity', `There is no trusted connection to ${baseURL}: check its certificate.`);
  if (started) return closedEarly(options);
  return failure('connectivity', `The connection to ${baseURL} failed: check the network and try again.`, true);
}

/** The stream ended before the answer did. */
export const closedEarly = ({ baseURL }: ResolvedChatOptions): ChatFailure =>
  failure('connectivity', `${baseURL} closed the connection in the middle of the answer: try again.`, true);

/** The stream ended without a word. */
export const emptyAnswer = ({ baseURL }: ResolvedChatOptions): ChatFailure =>
  failure('server', `${baseURL} sent no streamed answer: check that the base URL ends where the API begins, mostly in /v1.`);

export const timedOut = ({ baseURL }: ResolvedChatOptions, limitMs: number): ServiceError =>
  new ServiceError('timeout', `${baseURL} gave no answer within ${limitMs} ms: try again or raise the time-out.`);
