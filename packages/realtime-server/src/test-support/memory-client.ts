import type { RealtimeAcceptor, RealtimeReceiver, RealtimeRequest } from '../door/realtime-peer.js';
import type { SeenEvent } from './socket-client.js';

/** A client that is connected without a socket. */
export interface MemoryClient {
  readonly events: SeenEvent[];
  readonly texts: string[];
  readonly receiver: RealtimeReceiver;
  end: { readonly code: number; readonly reason: string } | undefined;
  send(event: object | string): void;
}

export function memoryClient(acceptor: RealtimeAcceptor, request: Partial<RealtimeRequest> = {}): MemoryClient {
  const texts: string[] = [];
  const events: SeenEvent[] = [];
  const receiver = acceptor.accept(
    { url: '/v1/realtime?model=m', ...request },
    {
      send(text) {
        texts.push(text);
        events.push(JSON.parse(text) as SeenEvent);
      },
      close(code, reason) {
        client.end = { code, reason };
        receiver.closed(code, reason);
      },
    },
  );
  const client: MemoryClient = {
    events,
    texts,
    receiver,
    end: undefined,
    send: (event) => receiver.receive(typeof event === 'string' ? event : JSON.stringify(event)),
  };
  return client;
}
