import { type ErrorCategory, ServiceError } from '@voxrill/core';
import { codesOf } from '../../error-codes.js';
import { type RealtimeErrorWords, realtimeError } from './realtime-error.js';
import type { RealtimeSocketEnd, RealtimeTarget } from './realtime-socket.js';
import { detailText, placeOf } from './secrets.js';

/** Why a connection ended or was not made. An error that is not `usable` ends the link. */
export interface LinkFailure {
  readonly error: ServiceError;
  /** A new connection may be had without waiting. */
  readonly atOnce?: boolean;
  /** How long the service asks to wait. */
  readonly retryAfterMs?: number | undefined;
}

/** What an answer to the handshake says, when it is not 101. */
export interface RefusedHandshake {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** Turns a refused handshake into an error that says what to do. */
export function refusedHandshake(refused: RefusedHandshake, target: RealtimeTarget): LinkFailure {
  const { status, headers, body } = refused;
  const words = wordsOf(body);
  const place = placeOf(target.url);
  const detail = detailText(words.message, target);
  const retryAfterMs = retryAfter(headers);
  const failed = (category: ErrorCategory, message: string): LinkFailure => ({
    error: new ServiceError(category, message),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  const { category } = realtimeError(words);
  if (status === 402 || category === 'quota')
    return failed('quota', `The account at ${place} has no credit left: check its plan and billing${detail}.`);
  if (status === 401) return failed('authentication', `${place} did not accept the API key: check it${detail}.`);
  if (status === 403)
    return failed('authorization', `${place} does not allow this key to use the model: check its permissions${detail}.`);
  if (status === 404)
    return failed('invalid-request', `${place} does not exist or does not know the model: check both${detail}.`);
  if (status === 408) return failed('timeout', `${place} timed out: try again${detail}.`);
  if (status === 429) return failed('rate-limit', `${place} is rate limiting: open fewer sessions or raise the limit${detail}.`);
  if (status >= 500) return failed('server', `${place} failed with status ${status}: try again later${detail}.`);
  if (status >= 300 && status < 400)
    return failed('invalid-request', `${place} sends clients elsewhere with status ${status}: check the base URL.`);
  if (status < 300)
    return failed('invalid-request', `${place} does not speak WebSocket (it answered ${status}): check the base URL.`);
  return failed('invalid-request', `${place} refused the connection with status ${status}: check model and options${detail}.`);
}

/** Turns what a socket threw into an error that says what to do. */
export function networkFailure(error: unknown, target: RealtimeTarget): ServiceError {
  const place = placeOf(target.url);
  const codes = codesOf(error);
  const failed = (message: string, usable = true): ServiceError =>
    new ServiceError('connectivity', message, { usable, cause: error });
  if (/ENOTFOUND|EAI_AGAIN/.test(codes))
    return failed(`There is no server by the name in ${place}: check the base URL and the network.`);
  if (/ECONNREFUSED/.test(codes)) return failed(`Cannot connect: is the server running at ${place}?`);
  if (/CERT|SIGNATURE/.test(codes)) return failed(`There is no trusted connection to ${place}: check its certificate.`, false);
  if (/EPROTO|ERR_SSL|ERR_TLS/.test(codes))
    return failed(`There is no secure connection to ${place}: check whether it speaks TLS.`);
  if (/subprotocol/i.test(codes)) return failed(`${place} took none of the subprotocols: offer it others.`, false);
  if (/WS_ERR_|Sec-WebSocket|Invalid Upgrade/.test(codes))
    return failed(`${place} broke the rules of WebSocket: check what stands between and try again.`);
  if (/HPE_INVALID/.test(codes)) return failed(`${place} does not answer in HTTP: check the port, and whether it is ws or wss.`);
  return failed(`The connection to ${place} failed: check the network and try again.`);
}

/**
 * What the end of a socket means. A server may hide the reason of a refusal in the one of the close. `greeted`: whether the session
 * had begun before it; the link then connects again by itself, and the error says so.
 */
export function socketFailure(end: RealtimeSocketEnd, target: RealtimeTarget, greeted: boolean): LinkFailure {
  const { code, reason, error, retryAfterMs } = end;
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (error !== undefined) return { error: greeted ? brokenOff(error) : error, ...asked };
  const place = placeOf(target.url);
  const detail = detailText(reason, target);
  const outlook = (advice: string): string => `${detail}${greeted ? `; ${connectsAgain}` : `: ${advice}`}.`;
  const failed = (category: ErrorCategory, message: string): LinkFailure => ({
    error: new ServiceError(category, message),
    ...asked,
  });
  const { category, fatal } = realtimeError({ code: reason.replaceAll(' ', '_') });
  if (code === 4000) return failed('invalid-request', `${place} no longer takes this dialect: use another one${detail}.`);
  if (code === 3000 || code === 4401)
    return failed(
      category === 'invalid-request' ? category : 'authentication',
      `${place} turned this client away: check the API key and the model${detail}.`,
    );
  if (code === 3003 || code === 4403)
    return failed('authorization', `${place} does not allow this key to do that: check its permissions${detail}.`);
  if (code === 1008 && fatal) return failed(category, `${place} turned this client away: check the API key${detail}.`);
  if (code === 1001) return { ...failed('connectivity', `${place} closed the connection${outlook('try again')}`), atOnce: true };
  if (code === 1013 || category === 'overload')
    return failed('overload', `${place} has too much to do${outlook('try again later')}`);
  if (category === 'rate-limit') return failed(category, `${place} is rate limiting${outlook('open fewer sessions')}`);
  if (code === 1011 || code === 1012 || code === 1014)
    return failed('server', `${place} broke off the session with code ${code}${outlook('try again')}`);
  return failed('connectivity', `${place} closed the connection with code ${code}${outlook('try again')}`);
}

/** What an error event means that ends the connection; `greeted`: whether the session had begun before it. */
export function eventFailure(words: RealtimeErrorWords, target: RealtimeTarget, greeted: boolean): LinkFailure | undefined {
  const { category, fatal, expired } = realtimeError(words);
  const place = placeOf(target.url);
  const detail = detailText(words.message, target);
  if (expired) {
    const outlook = greeted ? `; ${connectsAgain}` : ': open a new one';
    return { error: new ServiceError('connectivity', `The session at ${place} has expired${outlook}.`), atOnce: true };
  }
  if (greeted && !fatal) return undefined;
  return {
    error: new ServiceError(category, `${place} refused the session: ${adviceOf(category)}${detail}.`, fatalOption(fatal)),
  };
}

const connectsAgain = 'it is being connected to again';

/** What went wrong in a session that had begun: nobody has to try again. */
function brokenOff(error: ServiceError): ServiceError {
  if (!error.usable) return error;
  const what = error.message.replace(/(?: and try again)?\.$/, '');
  return new ServiceError(error.category, `${what}; ${connectsAgain}.`, { cause: error });
}

const fatalOption = (fatal: boolean): { readonly usable?: boolean } => (fatal ? { usable: false } : {});

function adviceOf(category: ErrorCategory): string {
  if (category === 'authentication') return 'check the API key';
  if (category === 'authorization') return 'check the permissions of the key';
  if (category === 'quota') return 'check the plan and the billing of the account';
  if (category === 'invalid-request') return 'check the model and the dialect';
  if (category === 'rate-limit') return 'open fewer sessions or raise the limit';
  return 'try again later';
}

/** The error in a JSON body, as OpenAI writes it and as others do; a body that is none is a message. */
function wordsOf(body: string): RealtimeErrorWords {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { message: body.startsWith('<') ? '' : body };
  }
  const error = member(value, 'error') ?? value;
  if (typeof error === 'string') return { message: error };
  return { type: textOf(member(error, 'type')), code: textOf(member(error, 'code')), message: textOf(member(error, 'message')) };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;

function retryAfter(headers: RefusedHandshake['headers']): number | undefined {
  const first = (name: string): string => {
    const value = headers[name];
    return (typeof value === 'string' ? value : value?.[0]) ?? '';
  };
  const exact = first('retry-after-ms');
  if (exact !== '' && Number(exact) >= 0) return Number(exact);
  const text = first('retry-after');
  if (text === '') return undefined;
  if (Number.isFinite(Number(text))) return Math.max(0, Number(text) * 1000);
  // A date is held against the server's own clock; ours may be wrong.
  const wait = Date.parse(text) - Date.parse(first('date'));
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
