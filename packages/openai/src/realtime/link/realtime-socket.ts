import type { ServiceError } from '@voxrill/core';

/** Where a connection goes, and what it shows at the door. */
export interface RealtimeTarget {
  /** `ws:` or `wss:`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Subprotocols to offer; a server that takes none of them is refused by the socket. */
  readonly protocols: readonly string[];
  /** Whether permessage-deflate is offered; the server has the last word. */
  readonly deflate: boolean;
}

/** How a socket ended. */
export interface RealtimeSocketEnd {
  /** As RFC 6455 numbers them; 1006 when nobody said good-bye, or the connection was never made. */
  readonly code: number;
  readonly reason: string;
  /** What went wrong: the network, or a handshake that was refused. Absent when the code tells. */
  readonly error?: ServiceError;
  /** How long the server asks to wait. */
  readonly retryAfterMs?: number;
}

/** What a socket tells its owner. */
export interface RealtimeSocketEvents {
  opened(): void;
  message(text: string): void;
  /** The answer to a ping. */
  pong(): void;
  /** Exactly once, whatever happened before; nothing follows. */
  closed(how: RealtimeSocketEnd): void;
}

/** Bytes on the wire, handshake and framing included, as they are after compression and before TLS. */
export interface RealtimeSocketTraffic {
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** A WebSocket, as far as a Realtime client needs one. */
export interface RealtimeSocket {
  /** Does nothing unless the socket is open. */
  send(text: string): void;
  /** Asks the other side for a sign of life. A socket that cannot is never found dead. */
  ping?(): void;
  /** Says good-bye, and tears the connection down if that is not answered soon. Any number of times. */
  close(code?: number, reason?: string): void;
  /** What was given to `send` and is still in this process. */
  readonly bufferedBytes: number;
  readonly traffic: RealtimeSocketTraffic;
}

/**
 * Opens a socket. May throw for a target that is none; everything that happens later goes to `events`, and none of it before
 * this has returned.
 */
export type OpenRealtimeSocket = (target: RealtimeTarget, events: RealtimeSocketEvents) => RealtimeSocket;
