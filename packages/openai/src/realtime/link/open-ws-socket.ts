import type { IncomingMessage } from 'node:http';
import { realClock, ServiceError } from '@voxrill/core';
import type { WebSocket } from 'ws';
import { networkFailure, refusedHandshake } from './link-failure.js';
import type {
  OpenRealtimeSocket,
  RealtimeSocket,
  RealtimeSocketEnd,
  RealtimeSocketEvents,
  RealtimeSocketTraffic,
  RealtimeTarget,
} from './realtime-socket.js';
import { refusalText } from './refusal-text.js';
import { placeOf } from './secrets.js';

/** Larger than the largest event that is read, and a bound on what a server can make us hold. */
const maxPayload = 32 * 2 ** 20;
/** How long the other side may take to say good-bye in return. */
const closeTimeout = 2_000;

/**
 * Opens a socket of the `ws` package, which is imported when it is first used. Node's own WebSocket can send no headers.
 *
 * @example
 * ```ts
 * const target = { url: 'ws://127.0.0.1:8080/v1/realtime', headers: {}, protocols: [], deflate: false };
 * const socket = openWsSocket(target, {
 *   opened: () => socket.send('{"type":"input_audio_buffer.commit"}'),
 *   message: (text) => console.log(text),
 *   pong: () => undefined,
 *   closed: ({ code }) => console.log(code),
 * });
 * ```
 */
export const openWsSocket: OpenRealtimeSocket = (target, events) => new WsSocket(target, events);

class WsSocket implements RealtimeSocket {
  readonly #target: RealtimeTarget;
  readonly #events: RealtimeSocketEvents;
  #socket: WebSocket | undefined;
  /** The connection below, which counts the bytes; kept after its end. */
  #wire: IncomingMessage['socket'] | undefined;
  /** What went wrong before the end. */
  #error: ServiceError | undefined;
  #isClosed = false;
  /** Called off before it was begun. */
  #isUnwanted = false;

  constructor(target: RealtimeTarget, events: RealtimeSocketEvents) {
    this.#target = target;
    this.#events = events;
    void this.#begin();
  }

  send(text: string): void {
    const socket = this.#socket;
    // Without a callback ws throws only while it is connecting; later failures come as an end.
    if (socket !== undefined && socket.readyState === socket.OPEN) socket.send(text);
  }

  ping(): void {
    const socket = this.#socket;
    if (socket !== undefined && socket.readyState === socket.OPEN) socket.ping();
  }

  close(code = 1000, reason = ''): void {
    this.#isUnwanted = true;
    // The protocol allows 123 bytes.
    this.#socket?.close(code, Buffer.from(reason).length <= 123 ? reason : '');
  }

  get bufferedBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  get traffic(): RealtimeSocketTraffic {
    return { sentBytes: this.#wire?.bytesWritten ?? 0, receivedBytes: this.#wire?.bytesRead ?? 0 };
  }

  async #begin(): Promise<void> {
    try {
      const { WebSocket } = await import('ws');
      if (this.#isUnwanted) this.#closed({ code: 1006, reason: '' });
      else this.#listen(this.#made(WebSocket));
    } catch (error) {
      const message = `${placeOf(this.#target.url)} cannot be connected to: check the address, the headers and the subprotocols.`;
      this.#closed({ code: 1006, reason: '', error: new ServiceError('invalid-request', message, { cause: error }) });
    }
  }

  #made(Socket: typeof WebSocket): WebSocket {
    const { url, headers, protocols, deflate } = this.#target;
    // Messages of any size are compressed as long as the context is kept, and audio comes in small ones.
    const options = { headers: { ...headers }, perMessageDeflate: deflate, maxPayload, closeTimeout };
    return new Socket(url, [...protocols], options);
  }

  #listen(socket: WebSocket): void {
    this.#socket = socket;
    socket.on('upgrade', (response) => {
      this.#wire = response.socket;
      response.socket.setNoDelay(true);
    });
    socket.on('open', () => {
      if (!this.#isClosed) this.#events.opened();
    });
    socket.on('message', (data) => {
      if (this.#isClosed) return;
      this.#events.message(Array.isArray(data) ? Buffer.concat(data).toString() : textOf(data));
    });
    socket.on('pong', () => {
      if (!this.#isClosed) this.#events.pong();
    });
    socket.on('error', (error) => {
      this.#error ??= networkFailure(error, this.#target);
    });
    socket.on('close', (code, reason) => {
      const error = this.#error === undefined ? {} : { error: this.#error };
      this.#closed({ code, reason: reason.toString(), ...error });
    });
    socket.on('unexpected-response', (_request, response) => void this.#onRefused(socket, response));
  }

  /** The answer is read before the socket is given up. */
  async #onRefused(socket: WebSocket, response: IncomingMessage): Promise<void> {
    const body = await refusalText(response, realClock());
    const { statusCode: status = 0, headers } = response;
    const { error, retryAfterMs } = refusedHandshake({ status, headers, body }, this.#target);
    this.#closed({ code: 1006, reason: '', error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
    socket.terminate();
  }

  #closed(how: RealtimeSocketEnd): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#events.closed(how);
  }
}

const textOf = (data: Buffer | ArrayBuffer): string => (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString();
