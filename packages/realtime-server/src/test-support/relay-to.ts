import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import type { RelayRealtimeOptions } from '../relay/relay-options.js';
import { relayRealtime } from '../relay/relay-realtime.js';

/** The key of the provider in these tests. */
export const secret = 'sk-the-key-of-the-provider';

/** A relay in front of a provider there, closed when the test is over. */
export async function relayTo(url: string, options: Partial<RelayRealtimeOptions> = {}) {
  const relay = await relayRealtime({ provider: { url, apiKey: secret }, ...options });
  onTestFinished(() => relay.close());
  return relay;
}

/** A provider that does what a test says. */
export async function scripted(
  onMessage: (text: string, send: (text: string) => void, close: (code: number, reason: string) => void) => void,
) {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => sockets.once('listening', resolve));
  sockets.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data) =>
      onMessage(
        data.toString(),
        (text) => socket.send(text),
        (code, reason) => socket.close(code, reason),
      ),
    );
  });
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  });
  const address = sockets.address();
  return { sockets, url: `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1/realtime` };
}
