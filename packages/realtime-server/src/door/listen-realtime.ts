import { type DoorOptions, deflateOf, resolveDoorOptions } from './door-options.js';
import type { RealtimeEndpoint } from './engine-endpoint.js';
import { RealtimeDoor } from './realtime-door.js';
import { type RealtimeServer, urlsOf } from './realtime-server.js';

/**
 * Puts what takes clients in on a port of HTTP and WebSockets. Rejects when the port cannot be had, and when the options do not
 * fit.
 */
export async function listenRealtime(endpoint: RealtimeEndpoint, given: DoorOptions): Promise<RealtimeServer> {
  const options = resolveDoorOptions(given);
  const { WebSocketServer } = await import('ws');
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: deflateOf(options.deflate),
    maxPayload: options.maxPayloadBytes,
    handleProtocols: (offered) => (offered.has('realtime') ? 'realtime' : false),
  });
  const door = new RealtimeDoor(endpoint, options, webSockets);
  const port = await door.listen();
  const urls = urlsOf(options.host, port, options.tls !== undefined);
  return {
    url: urls.ga,
    urls,
    port,
    get calls() {
      return endpoint.calls;
    },
    get counts() {
      return door.counts;
    },
    close: ({ drainMs = 0 } = {}) => door.close(drainMs),
  };
}
