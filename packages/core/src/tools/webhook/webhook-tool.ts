import type { ZodType } from 'zod';
import { defineTool, type Tool } from '../tool.js';
import { sendWithRetries, type WebhookAnswer } from './send-with-retries.js';

/** Options of {@link webhookTool}. */
export interface WebhookToolOptions<T> {
  readonly name: string;
  /** For the model: what the tool does and when to use it. */
  readonly description: string;
  readonly parameters: ZodType<T>;
  readonly url: string | URL;
  /** With GET the arguments go into the query, otherwise into the body, as JSON. @defaultValue 'POST' */
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'GET' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** How long one attempt may take, the answer included; then it has failed. @defaultValue 5_000 */
  readonly timeoutMs?: number;
  /** How often it is tried again. @defaultValue 2 */
  readonly retries?: number;
  /** Wait before the second attempt; doubles with each further one. @defaultValue 250 */
  readonly backoffMs?: number;
  /** Of a longer answer only the beginning is taken, as text. @defaultValue 65_536 */
  readonly maxBytes?: number;
  /** Whether the call goes on when the user interrupts. @defaultValue false */
  readonly survivesInterruption?: boolean;
  /** @defaultValue the `fetch` of the platform */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Makes a tool of an HTTP endpoint: calls it with the arguments, and gives its answer to the model, JSON as JSON and anything
 * else as text. Tries again after an attempt that could not connect, took too long, or was answered with 429 or 5xx; never
 * after another 4xx. All attempts of a call carry its id as `Idempotency-Key`. What goes wrong in the end is told to the model
 * in a sentence.
 *
 * @example
 * ```ts
 * import { z } from 'zod';
 *
 * const order = webhookTool({
 *   name: 'place_order',
 *   description: 'Places an order for strawberries.',
 *   parameters: z.object({ grams: z.number().positive() }),
 *   url: 'https://shop.example/orders',
 *   headers: { authorization: 'Bearer …' },
 * });
 * ```
 */
export function webhookTool<T>(options: WebhookToolOptions<T>): Tool {
  const { name, description, parameters, timeoutMs = 5_000, retries = 2, backoffMs = 250, maxBytes = 65_536 } = options;
  const { survivesInterruption = false, fetch } = options;
  const url = new URL(options.url);
  if (!/^https?:$/u.test(url.protocol)) throw new TypeError(`The url of "${name}" is ${url.href}; it begins with http or https.`);
  for (const [option, value, least] of [
    ['timeoutMs', timeoutMs, 1],
    ['backoffMs', backoffMs, 0],
    ['retries', retries, 0],
    ['maxBytes', maxBytes, 1],
  ] as const) {
    if (!(value >= least)) throw new RangeError(`${option} of "${name}" is ${value}; it is a number, ${least} or more.`);
  }
  return defineTool({
    name,
    description,
    parameters,
    survivesInterruption,
    // All attempts and the waits between them, and a little more, so that the model is told what really went wrong.
    timeoutMs: (retries + 1) * timeoutMs + backoffMs * (2 ** retries - 1) + 1_000,
    async run(given, call) {
      const request = requestOf(url, options, given, call.id);
      const how = { timeoutMs, retries, backoffMs, maxBytes, ...(fetch === undefined ? {} : { fetch }) };
      return value(await sendWithRetries(request.url, request.init, how, call));
    },
  });
}

function requestOf(
  url: URL,
  { method = 'POST', headers }: Pick<WebhookToolOptions<unknown>, 'method' | 'headers'>,
  given: unknown,
  callId: string,
): { readonly url: URL; readonly init: RequestInit } {
  const common = { accept: 'application/json', 'idempotency-key': callId };
  if (method !== 'GET') {
    const init = { method, headers: { 'content-type': 'application/json', ...common, ...headers }, body: JSON.stringify(given) };
    return { url, init };
  }
  const withQuery = new URL(url);
  if (typeof given === 'object' && given !== null) {
    for (const [key, part] of Object.entries(given)) {
      if (part !== undefined) withQuery.searchParams.set(key, typeof part === 'string' ? part : JSON.stringify(part));
    }
  }
  return { url: withQuery, init: { method, headers: { ...common, ...headers } } };
}

function value({ response, body: { text, whole } }: WebhookAnswer): unknown {
  if (!whole) return `${text}… (the answer was longer)`;
  if (!/\bjson\b/iu.test(response.headers.get('content-type') ?? '')) return text;
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The service answered with JSON that cannot be read.');
  }
}
