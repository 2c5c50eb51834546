import type { IncomingHttpHeaders } from 'node:http';
import { queryOf } from './route.js';

const keyProtocol = 'openai-insecure-api-key.';

/** The key that a request carries: `Authorization: Bearer`, `api-key`, `?api-key=`, or the subprotocol of browsers. */
export function keyOf(url: string, headers: IncomingHttpHeaders, protocols: readonly string[]): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const header = headers['api-key'];
  return (
    bearer ??
    (typeof header === 'string' && header !== '' ? header : undefined) ??
    (queryOf(url).get('api-key') || undefined) ??
    protocols
      .find((protocol) => protocol.startsWith(keyProtocol) && protocol.length > keyProtocol.length)
      ?.slice(keyProtocol.length)
  );
}

/** Whether a request without a readable key carries something in place of one: `KEY` without `Bearer`, or a key with white space. */
export function hasUnreadableKey(headers: IncomingHttpHeaders): boolean {
  const given = headers.authorization?.trim() ?? '';
  return given !== '' && given.toLowerCase() !== 'bearer';
}

/** The subprotocols that a client offers. */
export const protocolsOf = (headers: IncomingHttpHeaders): string[] =>
  (headers['sec-websocket-protocol'] ?? '')
    .split(',', 16)
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== '');
