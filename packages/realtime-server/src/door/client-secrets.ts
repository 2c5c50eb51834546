import type { IncomingMessage } from 'node:http';
import type { RealtimeSession } from '@voxrill/openai';
import { parseClientEvent, type RealtimeErrorDetail } from '@voxrill/openai';
import type { EphemeralKeys } from './ephemeral-keys.js';
import { type Refusal, refusals } from './refusal.js';

/** An answer of the REST side. */
export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
}

const longestBody = 64 * 1024;
const badSeconds: Refusal = {
  status: 400,
  code: 'invalid_value',
  message: 'expires_after.seconds must be a whole number from 10 to 7200.',
};

/**
 * `POST /v1/realtime/client_secrets`, and the `/sessions` of the beta, whose body is the session itself: gives a key that a page
 * may connect with, for 10 to 7200 seconds, 600 if nothing is said.
 */
export async function clientSecret(
  request: IncomingMessage,
  route: 'client-secrets' | 'sessions',
  keys: EphemeralKeys,
  wallClock: () => Date,
): Promise<RestAnswer> {
  const body = await jsonOf(request);
  if (!isObject(body)) return refused(refusals.unreadableBody);
  const beta = route === 'sessions';
  const given = beta ? body : (body.session ?? {});
  if (!isObject(given)) return refused(refusals.unreadableBody);
  const seconds = isObject(body.expires_after) ? (body.expires_after.seconds ?? 600) : 600;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 10 || seconds > 7200) return refused(badSeconds);
  const parsed = settingsOf(given, beta);
  if ('error' in parsed) return { status: 400, body: { error: parsed.error } };
  const value = keys.create(seconds * 1000, parsed.session);
  const expires_at = Math.floor(wallClock().getTime() / 1000) + seconds;
  return beta
    ? { status: 200, body: { object: 'realtime.session', ...given, client_secret: { value, expires_at } } }
    : { status: 200, body: { value, expires_at, session: { ...given, type: parsed.session?.type ?? 'realtime' } } };
}

function settingsOf(
  given: Readonly<Record<string, unknown>>,
  beta: boolean,
): { readonly session: RealtimeSession | undefined } | { readonly error: RealtimeErrorDetail } {
  const { expires_after: _, ...settings } = given;
  const session = beta ? settings : { type: 'realtime', ...settings };
  const parsed = parseClientEvent({ type: 'session.update', session }, beta ? 'beta' : 'ga');
  if (parsed.kind === 'invalid') return { error: parsed.error };
  return { session: parsed.kind === 'event' && parsed.event.type === 'session.update' ? parsed.event.session : undefined };
}

/** The body, no longer than it may be; an empty one is an empty object. */
async function jsonOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  request.setEncoding('utf8');
  try {
    for await (const chunk of request) {
      text += String(chunk);
      if (text.length > longestBody) return undefined;
    }
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const refused = ({ status, code, message }: Refusal): RestAnswer => ({
  status,
  body: { error: { message, type: 'invalid_request_error', code, param: null } },
});
