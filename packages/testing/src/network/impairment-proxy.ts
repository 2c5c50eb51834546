import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Clock, realClock } from '@voxrill/core';
import { seededRandom } from '../simulator/seeded-random.js';
import { ImpairedLink, type ImpairedLinkOptions } from './impaired-link.js';
import type { Impairment } from './impairment.js';

/** Options of {@link impairmentProxy}. */
export interface ImpairmentProxyOptions extends Impairment {
  /** Where the server listens. */
  readonly target: { readonly port: number; readonly host?: '127.0.0.1' | 'localhost' | '::1' };
  /** From the client to the server, where it differs. */
  readonly up?: Impairment;
  /** From the server to the client, where it differs. */
  readonly down?: Impairment;
  /** For jitter and loss. @defaultValue 1 */
  readonly seed?: number;
  /** How many bytes may be on their way in one direction of a connection; then the sender has to wait. @defaultValue 262_144 */
  readonly maxBufferedBytes?: number;
  /** @defaultValue the real clock */
  readonly clock?: Clock;
  /** Closes the proxy. */
  readonly signal?: AbortSignal;
}

/** Bytes that came out at the other end, over all connections. */
export interface ProxyCounts {
  readonly up: number;
  readonly down: number;
  readonly connections: number;
}

/** A bad network between a client and a server. */
export interface ImpairmentProxy {
  /** Where the client connects to, on 127.0.0.1. */
  readonly port: number;
  readonly counts: ProxyCounts;
  /** Changes the network from now on; what is on its way already comes as it would have come. */
  update(change: Impairment & { readonly up?: Impairment; readonly down?: Impairment }): void;
  /** Nothing comes through for so long, in either direction. */
  stall(ms: number): void;
  /** Breaks all connections; both ends see them close. New ones may be made. */
  cut(): void;
  /** Breaks all connections, and takes no new ones. Resolves when everything is let go of. */
  close(): Promise<void>;
}

/**
 * A bad network on the loopback interface: a TCP proxy that delays, holds up and cuts, but keeps every byte and their order, as
 * TCP does. Takes any protocol; made for WebSockets. Rejects when it cannot listen. A server that cannot be reached closes the
 * client's connection.
 *
 * @example
 * ```ts
 * const proxy = await impairmentProxy({ target: { port: 8080 }, delayMs: 80, jitterMs: 30, lossRate: 0.02, seed: 7 });
 * console.log(`ws://127.0.0.1:${proxy.port}`);
 * await proxy.close();
 * ```
 */
export async function impairmentProxy(options: ImpairmentProxyOptions): Promise<ImpairmentProxy> {
  const { target, seed = 1, maxBufferedBytes = 262_144, clock = realClock(), signal } = options;
  const host = target.host ?? '127.0.0.1';
  if (!['127.0.0.1', 'localhost', '::1'].includes(host))
    throw new RangeError(`target.host is "${host}"; the proxy stays on this machine.`);
  if (!(maxBufferedBytes >= 1)) throw new RangeError(`maxBufferedBytes is ${maxBufferedBytes}; it must be 1 or more.`);
  signal?.throwIfAborted();
  const random = seededRandom(seed);
  const counts = { up: 0, down: 0, connections: 0 };
  const links = { up: new Set<ImpairedLink>(), down: new Set<ImpairedLink>() };
  const sockets = new Set<Socket>();
  const both = shared(options);
  let network = { up: resolved({ ...both, ...options.up }), down: resolved({ ...both, ...options.down }) };
  let stalledUntil = Number.NEGATIVE_INFINITY;

  const join = (client: Socket): void => {
    counts.connections++;
    const server = connect({ port: target.port, host });
    const destroyBoth = (): void => {
      client.destroy();
      server.destroy();
    };
    const link = (way: 'up' | 'down', from: Socket, to: Socket): void => {
      const made = new ImpairedLink({
        from,
        to,
        clock,
        random,
        maxBufferedBytes,
        network: () => network[way],
        stalledUntil: () => stalledUntil,
        passed: (bytes) => {
          counts[way] += bytes;
        },
      });
      links[way].add(made);
      from.on('close', () => {
        links[way].delete(made);
        made.close();
      });
    };
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      // Of trouble the other end is told by the close.
      socket.on('error', destroyBoth);
      socket.on('close', () => sockets.delete(socket));
    }
    link('up', client, server);
    link('down', server, client);
  };
  const listener = createServer({ allowHalfOpen: true, pauseOnConnect: false }, join);
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', resolve);
  });
  const { port } = listener.address() as AddressInfo;

  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      signal?.removeEventListener('abort', onAbort);
      listener.close(() => resolve());
      cut();
    });
    return closing;
  };
  const onAbort = (): void => void close();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    port,
    get counts() {
      return { ...counts };
    },
    update(change) {
      const all = shared(change);
      network = {
        up: resolved({ ...network.up, ...all, ...change.up }),
        down: resolved({ ...network.down, ...all, ...change.down }),
      };
    },
    stall(ms) {
      if (!(ms >= 0)) throw new RangeError(`A network stalls for a number of milliseconds, 0 or more, not ${ms}.`);
      stalledUntil = Math.max(stalledUntil, clock.now() + ms);
      for (const link of [...links.up, ...links.down]) link.reschedule();
    },
    cut,
    close,
  };
}

/** What is said for both directions. */
function shared({ delayMs, jitterMs, lossRate, retransmitMs, bytesPerSecond }: Impairment): Impairment {
  const given = { delayMs, jitterMs, lossRate, retransmitMs, bytesPerSecond };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function resolved(impairment: Impairment): ImpairedLinkOptions {
  const { delayMs = 0, jitterMs = 0, lossRate = 0, retransmitMs = 200, bytesPerSecond = Number.POSITIVE_INFINITY } = impairment;
  for (const [name, value] of Object.entries({ delayMs, jitterMs, retransmitMs })) {
    if (!(value >= 0)) throw new RangeError(`${name} is ${value}; it is a number of milliseconds, 0 or more.`);
  }
  if (!(lossRate >= 0 && lossRate < 1)) throw new RangeError(`lossRate is ${lossRate}; it is a share from 0 up to, but not, 1.`);
  if (!(bytesPerSecond > 0))
    throw new RangeError(`bytesPerSecond is ${bytesPerSecond}; it is a number of bytes a second, above 0.`);
  return { delayMs, jitterMs, lossRate, retransmitMs, bytesPerSecond };
}
