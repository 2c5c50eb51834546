import { request } from 'node:http';
import { HandshakeRefused } from './socket-client.js';

/** How a handshake was refused; throws when it was not. */
export const refusedWith = async (client: Promise<unknown>) => {
  const error = await client.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HandshakeRefused)) throw new Error(`Not refused: ${String(error)}`);
  const body = JSON.parse(error.body) as { error: { code: string; type: string; message: string; param: null } };
  return { status: error.status, ...body.error };
};

/** A request without an upgrade. */
export function ask(
  url: string,
  method: string,
  { headers = {}, body = '' }: { headers?: Record<string, string>; body?: string } = {},
) {
  return new Promise<{ status: number; body: Readonly<Record<string, unknown>> }>((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The same place, without a WebSocket. */
export const httpOf = (url: string): string => url.replace(/^ws/, 'http');
