import type { Duplex } from 'node:stream';
import type { Clock } from '@voxrill/core';
import type { SocketPeer } from './socket-peer.js';
import { within } from './within.js';

/** Bytes on sockets, compressed as they are. */
export interface SocketBytes {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** The sockets of the clients that are connected, or shaking hands. */
export class OpenSockets {
  readonly #open = new Map<Duplex, SocketPeer | undefined>();
  #past: SocketBytes = { receivedBytes: 0, sentBytes: 0 };
  #empty: () => void = () => undefined;

  get size(): number {
    return this.#open.size;
  }

  get bytes(): SocketBytes {
    return [...this.#open.keys()].reduce((sum, socket) => added(sum, bytesOf(socket)), this.#past);
  }

  /** Somebody begins to shake hands. */
  add(socket: Duplex): void {
    this.#open.set(socket, undefined);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#past = added(this.#past, bytesOf(socket));
      if (this.#open.size === 0) this.#empty();
    });
  }

  connected(socket: Duplex, peer: SocketPeer): void {
    if (this.#open.has(socket)) this.#open.set(socket, peer);
  }

  /** Asks all to go, and waits no longer than this. */
  async close(clock: Clock, limitMs: number): Promise<void> {
    for (const [socket, peer] of this.#open) {
      if (peer === undefined) socket.destroy();
      else peer.close(1001, 'The server is closing.');
    }
    if (this.#open.size === 0) return;
    const empty = new Promise<void>((resolve) => {
      this.#empty = resolve;
    });
    await within(clock, limitMs, empty, () => new Error('Too slow.')).catch(() => undefined);
  }
}

const added = (a: SocketBytes, b: SocketBytes): SocketBytes => ({
  receivedBytes: a.receivedBytes + b.receivedBytes,
  sentBytes: a.sentBytes + b.sentBytes,
});

/** What went over a socket, be it plain or TLS. */
function bytesOf(socket: Duplex): SocketBytes {
  return {
    receivedBytes: 'bytesRead' in socket && typeof socket.bytesRead === 'number' ? socket.bytesRead : 0,
    sentBytes: 'bytesWritten' in socket && typeof socket.bytesWritten === 'number' ? socket.bytesWritten : 0,
  };
}
