import type { Clock } from '@voxrill/core';
import type { RawData, WebSocket } from 'ws';
import { backlogBytes, type RealtimePeer, type RealtimeReceiver } from './realtime-peer.js';
import { sendableCode, sendableReason } from './safe-close.js';

/** What a {@link SocketPeer} goes by. */
export interface SocketPeerOptions {
  readonly clock: Clock;
  /** How often a ping asks whether the other side is still there; one that has not answered by the next is gone. */
  readonly pingMs: number;
  /** More than this unsent, and the other side is too slow to be kept. */
  readonly maxBufferedBytes: number;
  /** How long the other side may take to close. */
  readonly closeMs: number;
  readonly onSlow: () => void;
}

/** One WebSocket of a client: keeps it alive, and lets it neither pile up what it does not read nor stay when it is asked to go. */
export class SocketPeer implements RealtimePeer {
  readonly #socket: WebSocket;
  readonly #options: SocketPeerOptions;
  #receiver: RealtimeReceiver | undefined;
  #alive = true;
  #backlog = false;
  /** Of the largest event that may be under way. */
  #largestChars = 0;
  #closing = false;
  #stopPings: () => void = () => undefined;
  #stopWaiting: () => void = () => undefined;

  constructor(socket: WebSocket, options: SocketPeerOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on('pong', () => this.#onAlive());
    // Pings are answered by the library, which ends a connection that does not read the answers.
    socket.on('ping', () => this.#onAlive());
    socket.on('close', (code, reason) => this.#onClose(code, reason));
    // Broken frames, and messages that are too large: the socket closes itself with the right code.
    socket.on('error', () => undefined);
    this.#ping();
  }

  attach(receiver: RealtimeReceiver): void {
    this.#receiver = receiver;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(text: string): void {
    if (this.#closing || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(text, this.#written);
    this.#largestChars = Math.max(this.#largestChars, text.length);
    if (this.#socket.bufferedAmount > backlogBytes) this.#backlog = true;
    this.#refuseSlow();
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#stopPings();
    this.resume();
    this.#socket.close(sendableCode(code), sendableReason(reason));
    this.#stopWaiting = this.#options.clock.setTimer(() => this.terminate(), this.#options.closeMs);
  }

  /** Ends the connection without a word. */
  terminate(): void {
    this.#socket.terminate();
  }

  pause(): void {
    if (!this.#closing) this.#socket.pause();
  }

  resume(): void {
    if (this.#socket.isPaused) this.#socket.resume();
  }

  readonly #written = (error?: Error): void => {
    if (error || this.#socket.bufferedAmount > backlogBytes / 4) return;
    this.#largestChars = 0;
    if (!this.#backlog) return;
    this.#backlog = false;
    this.#receiver?.drained();
  };

  #onMessage(data: RawData, isBinary: boolean): void {
    if (this.#closing) return;
    this.#onAlive();
    const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
    if (isBinary) this.#receiver?.receiveBinary(bytes.length);
    else this.#receiver?.receive(bytes.toString());
  }

  #onAlive(): void {
    this.#alive = true;
  }

  #refuseSlow(): void {
    // One event may be larger than all that may wait, that of an item with minutes of audio say, and is not counted.
    const waiting = this.#socket.bufferedAmount - this.#largestChars;
    if (this.#closing || waiting <= this.#options.maxBufferedBytes) return;
    this.#options.onSlow();
    this.close(1013, 'The client reads too slowly.');
  }

  #ping(): void {
    const { clock, pingMs } = this.#options;
    if (!Number.isFinite(pingMs)) return;
    this.#stopPings = clock.setTimer(() => {
      // While it is held back its answers are not read.
      if (!this.#alive && !this.#socket.isPaused) return this.terminate();
      this.#alive = false;
      if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
      this.#ping();
    }, pingMs);
  }

  #onClose(code: number, reason: Buffer): void {
    this.#closing = true;
    this.#stopPings();
    this.#stopWaiting();
    this.#receiver?.closed(code, reason.toString());
  }
}
