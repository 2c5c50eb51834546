import { once } from 'node:events';
import { WebSocketServer } from 'ws';

/** A service that greets its client, listens, and leaves it at the first sound. */
export interface RealtimeThatLeaves {
  readonly url: string;
  close(): Promise<void>;
}

/** `turns away`: with the code for a client that may not come again. `dies`: nobody is there any more. */
export async function realtimeThatLeaves(how: 'turns away' | 'dies'): Promise<RealtimeThatLeaves> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      for (const socket of server.clients) socket.terminate();
      server.close(() => resolve());
    });
  server.on('connection', (socket) => {
    const session = { type: 'realtime', model: 'the-only-one' };
    socket.send(JSON.stringify({ type: 'session.created', event_id: 'event_1', session }));
    socket.on('message', (data) => {
      if (!String(data).includes('input_audio_buffer.append')) return;
      if (how === 'turns away') socket.close(3000, 'The key was revoked.');
      else void close();
    });
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `ws://127.0.0.1:${port}`, close };
}
