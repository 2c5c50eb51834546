import type { Clock } from '@voxrill/core';
import type { OpenRealtimeSocket, RealtimeSocket } from '@voxrill/openai';
import type { RealtimeAcceptor } from '../door/realtime-peer.js';

/** A network in this process. */
export interface MemoryNetwork {
  /** For `openaiRealtime({ open })`. */
  readonly open: OpenRealtimeSocket;
  /** False: whoever connects from now on finds nobody. */
  reachable: boolean;
  /** Breaks every connection there is, without a good-bye. */
  breaks(): void;
}

/**
 * Connects clients with a server in the same process, by no more than two functions: for tests and simulations in which both ends
 * share one clock. Each text arrives in a moment of its own, in order.
 *
 * @example
 * ```ts
 * import { pipeline, VirtualClock } from '@voxrill/core';
 * import { openaiRealtime } from '@voxrill/openai';
 * import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
 *
 * const clock = new VirtualClock();
 * const endpoint = realtimeEndpoint((call) => pipeline(call.input, fakeSTT(), call.conversation, fakeLLM(), fakeTTS(), call.output), { clock });
 * const network = memoryNetwork(endpoint, clock);
 * const model = openaiRealtime({ model: 'any', baseURL: 'ws://127.0.0.1', open: network.open });
 * ```
 */
export function memoryNetwork(acceptor: RealtimeAcceptor, clock: Clock): MemoryNetwork {
  const lines = new Set<() => void>();
  const network: MemoryNetwork = {
    reachable: true,
    breaks: () => {
      for (const line of [...lines]) line();
    },
    open({ url, headers, protocols }, events) {
      let sentBytes = 0;
      let receivedBytes = 0;
      let over = false;
      const later = (run: () => void): void => {
        clock.setTimer(() => {
          if (!over) run();
        }, 0);
      };
      const end = (code: number, reason: string): void => {
        if (over) return;
        over = true;
        lines.delete(breaks);
        receiver?.closed(code, reason);
        events.closed({ code, reason });
      };
      const breaks = (): void => end(1006, '');
      const peer = {
        send: (text: string) =>
          later(() => {
            receivedBytes += Buffer.byteLength(text);
            events.message(text);
          }),
        close: (code: number, reason: string) => later(() => end(code, reason)),
      };
      const receiver = network.reachable ? acceptor.accept({ url, headers, protocols }, peer) : undefined;
      lines.add(breaks);
      later(() => (receiver === undefined ? breaks() : events.opened()));
      const socket: RealtimeSocket = {
        send: (text) =>
          later(() => {
            sentBytes += Buffer.byteLength(text);
            receiver?.receive(text);
          }),
        close: (code = 1000, reason = '') => later(() => end(code, reason)),
        bufferedBytes: 0,
        get traffic() {
          return { sentBytes, receivedBytes };
        },
      };
      return socket;
    },
  };
  return network;
}
