import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Why a request is refused, before there is a connection. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export const refusals = {
  noSuchPath: { status: 404, code: 'not_found', message: 'There is nothing here. Connect to /v1/realtime.' },
  noSuchMethod: { status: 405, code: 'method_not_allowed', message: 'Use POST here.' },
  upgradeRequired: { status: 426, code: 'upgrade_required', message: 'This is a WebSocket endpoint: connect with ws or wss.' },
  missingKey: {
    status: 401,
    code: 'missing_api_key',
    message: 'You did not provide an API key. Send it as Authorization: Bearer KEY.',
  },
  unreadableKey: {
    status: 401,
    code: 'invalid_api_key',
    message: 'The API key cannot be read. Send it as Authorization: Bearer KEY, without white space in the key.',
  },
  wrongKey: { status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided.' },
  wrongOrigin: { status: 403, code: 'origin_not_allowed', message: 'Pages of this origin may not connect.' },
  full: { status: 503, code: 'too_many_sessions', message: 'All sessions of this server are in use. Try again later.' },
  closing: { status: 503, code: 'server_closing', message: 'The server is closing. Try again later.' },
  keyCheckFailed: { status: 500, code: 'server_error', message: 'The key could not be checked.' },
  unreadableBody: { status: 400, code: 'invalid_request', message: 'The body must be a JSON object of at most 64 KiB.' },
} as const satisfies Record<string, Refusal>;

/** The documented shape of an error that comes as the body of an answer. */
export function refusalBody({ status, code, message }: Refusal, param: string | null = null): string {
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  return JSON.stringify({ error: { message, type, code, param } });
}

/** Answers a handshake with an error, and closes. The socket is the handshake's: no response object exists for it. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const body = refusalBody(refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(refusal.status === 503 ? ['Retry-After: 1'] : []),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
