import type { Clock } from '../../clock/clock.js';
import { deadline } from '../../clock/deadline.js';
import { type LimitedBody, readLimited } from './read-limited.js';

/** How a request is tried, again and again if need be. */
export interface Retrying {
  /** How long one attempt may take, the answer included. */
  readonly timeoutMs: number;
  /** How often it is tried again. */
  readonly retries: number;
  /** Wait before the second attempt; doubles with each further one. */
  readonly backoffMs: number;
  /** Of a longer answer only the beginning is taken. */
  readonly maxBytes: number;
  readonly fetch?: typeof globalThis.fetch;
}

/** Whose time it takes, and when it is no longer wanted. */
export interface RetryingHost {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What an endpoint has answered, and well. */
export interface WebhookAnswer {
  readonly response: Response;
  readonly body: LimitedBody;
}

/** What an attempt came to, when it is worth another one. */
class Retryable extends Error {}

/** The endpoint does not want this request; another one it may want. */
export class WebhookRefusal extends Error {}

/**
 * Sends a request until it is answered with 2xx. An attempt that could not connect, took too long, or was answered with 429 or
 * 5xx is made again, no other one. Throws an Error that says in a sentence what the last attempt came to, a
 * {@link WebhookRefusal} after another answer, or the reason of the signal.
 */
export async function sendWithRetries(url: URL, init: RequestInit, how: Retrying, host: RetryingHost): Promise<WebhookAnswer> {
  const { retries, backoffMs } = how;
  for (let attempt = 0; ; attempt++) {
    try {
      return await sendOnce(url, init, how, host);
    } catch (error) {
      if (!(error instanceof Retryable)) throw error;
      if (attempt >= retries) {
        throw new Error(`${error.message} It was tried ${attempt + 1} time${attempt === 0 ? '' : 's'}.`, { cause: error });
      }
      await host.clock.sleep(backoffMs * 2 ** attempt, host.signal);
    }
  }
}

async function sendOnce(url: URL, init: RequestInit, how: Retrying, { clock, signal }: RetryingHost): Promise<WebhookAnswer> {
  const { timeoutMs, maxBytes, fetch = globalThis.fetch } = how;
  const limit = deadline(clock, signal);
  limit.set(timeoutMs, () => new Retryable(`The service did not answer within ${timeoutMs} ms.`));
  try {
    const answer = await clock.external(
      (async () => {
        const response = await fetch(url, { ...init, signal: limit.signal });
        return { response, body: await readLimited(response, maxBytes) };
      })(),
    );
    const { response, body } = answer;
    if (response.ok) return answer;
    const said = body.text.trim().slice(0, 300);
    const message = `The service answered ${response.status}${response.statusText === '' ? '' : ` ${response.statusText}`}${said === '' ? '' : `: ${said}`}.`;
    throw response.status === 429 || response.status >= 500 ? new Retryable(message) : new WebhookRefusal(message);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (limit.signal.aborted) throw limit.signal.reason;
    // A failed fetch is a TypeError whose cause knows more; see the Fetch standard, "network error".
    if (error instanceof TypeError) throw new Retryable(`The service could not be reached: ${causeOf(error)}.`);
    throw error;
  } finally {
    limit.clear();
  }
}

function causeOf(error: TypeError): string {
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  return error.message;
}
