import { type Clock, type Logger, realClock, silentLogger, wallTime } from '@voxrill/core';
import { withoutUndefined } from './acceptor-options.js';
import { checkKeys, type RealtimeKeys } from './key-check.js';
import { isLoopback, type RealtimeOrigins } from './origin-check.js';

/** How messages are compressed. With context takeover a connection costs some 200 KiB outside the heap. */
export interface DeflateOptions {
  /** Whether each message is compressed with what the ones before it taught; costs memory, saves a tenth. @defaultValue true */
  readonly contextTakeover?: boolean;
  /** Of zlib, 1 (fast) to 9 (small). Audio in base64 gains nothing beyond 1. @defaultValue 1 */
  readonly level?: number;
  /** Of zlib, 1 (little memory) to 9. @defaultValue 7 */
  readonly memLevel?: number;
  /** Smaller messages are not compressed, in bytes; counts only without context takeover. @defaultValue 1024 */
  readonly thresholdBytes?: number;
}

/** Options of a server on WebSockets. */
export interface DoorOptions {
  /** Where to listen. Other hosts than the loopback need `keys`. @defaultValue '127.0.0.1' */
  readonly host?: string;
  /** 0 to 65535. @defaultValue 0, any that is free */
  readonly port?: number;
  /** Serves wss and https: some clients speak nothing else. PEM texts. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
  /** The keys that clients must have, without white space. Without them everybody on this machine may connect, and nobody else. */
  readonly keys?: RealtimeKeys;
  /** Pages that may connect. @defaultValue with keys all; without keys those of this machine */
  readonly origins?: RealtimeOrigins;
  /** permessage-deflate for clients that offer it. @defaultValue true */
  readonly deflate?: boolean | DeflateOptions;
  /**
   * The largest message of a client, in bytes, after it was unpacked; a larger one is not read, and ends the connection with
   * 1009. An append of more than 15 MiB that fits is answered with an error.
   * @defaultValue 23_068_672 (22 MiB: 15 MiB of audio in base64, and room to say what is wrong with a little more)
   */
  readonly maxPayloadBytes?: number;
  /** Connections at one time, those that are shaking hands included; one more is refused with HTTP 503. @defaultValue 1_000 */
  readonly maxSessions?: number;
  /**
   * What may be on the way to a client that does not read. Beyond it the connection ends with 1013, and is counted.
   * @defaultValue 16_777_216 (16 MiB, over four minutes of speech)
   */
  readonly maxBufferedBytes?: number;
  /** How long a handshake may take, the check of the key included. @defaultValue 10_000 */
  readonly handshakeMs?: number;
  /** How often a ping asks whether the client is still there. @defaultValue 20_000 */
  readonly pingMs?: number;
  /** How long a client may take to close. @defaultValue 2_000 */
  readonly closeSocketMs?: number;
  /** @defaultValue the real clock */
  readonly clock?: Clock;
  /** What the clock on the wall shows, for times that clients are told. @defaultValue the clock on the wall */
  readonly wallClock?: () => Date;
  /** @defaultValue silent */
  readonly logger?: Logger;
}

export type ResolvedDoorOptions = Required<Omit<DoorOptions, 'tls' | 'keys' | 'origins'>> &
  Pick<DoorOptions, 'tls' | 'keys' | 'origins'>;

const defaults = {
  host: '127.0.0.1',
  port: 0,
  deflate: true,
  maxPayloadBytes: 22 * 2 ** 20,
  maxSessions: 1_000,
  maxBufferedBytes: 16 * 2 ** 20,
  handshakeMs: 10_000,
  pingMs: 20_000,
  closeSocketMs: 2_000,
} as const satisfies DoorOptions;

export function resolveDoorOptions(options: DoorOptions): ResolvedDoorOptions {
  const resolved = { ...defaults, clock: realClock(), wallClock: wallTime, logger: silentLogger, ...withoutUndefined(options) };
  for (const name of ['maxPayloadBytes', 'maxSessions', 'maxBufferedBytes', 'handshakeMs', 'pingMs', 'closeSocketMs'] as const) {
    if (!(resolved[name] > 0)) throw new RangeError(`${name} is ${resolved[name]}; it is a number above 0.`);
  }
  if (!Number.isFinite(resolved.handshakeMs)) {
    throw new RangeError(`handshakeMs is ${resolved.handshakeMs}; a handshake has to come to an end.`);
  }
  const { port } = resolved;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`port is ${port}; it is a whole number from 0 to 65535, and 0 takes any that is free.`);
  }
  checkKeys(resolved.keys);
  if (resolved.keys === undefined && !isLoopback(resolved.host)) {
    throw new RangeError(
      `host is ${resolved.host} and there are no keys, so anybody who reaches it could talk: give keys, or listen on 127.0.0.1.`,
    );
  }
  return resolved;
}

/** The options as the WebSocket library takes them. */
export function deflateOf(deflate: boolean | DeflateOptions) {
  if (deflate === false) return false;
  const { contextTakeover = true, level = 1, memLevel = 7, thresholdBytes = 1024 } = deflate === true ? {} : deflate;
  return {
    serverNoContextTakeover: !contextTakeover,
    clientNoContextTakeover: !contextTakeover,
    threshold: thresholdBytes,
    zlibDeflateOptions: { level, memLevel },
  };
}
