import type { Socket } from 'node:net';
import type { Clock } from '@voxrill/core';
import type { Random } from '../simulator/seeded-random.js';
import type { Impairment } from './impairment.js';

/** What a network does, complete. */
export type ImpairedLinkOptions = Required<Impairment>;

/** What one direction of a connection is made of. */
export interface ImpairedLinkParts {
  readonly from: Socket;
  readonly to: Socket;
  readonly clock: Clock;
  readonly random: Random;
  readonly maxBufferedBytes: number;
  readonly network: () => ImpairedLinkOptions;
  /** On the clock. */
  readonly stalledUntil: () => number;
  readonly passed: (bytes: number) => void;
}

/** Bytes on their way, or the end of them. */
interface Piece {
  readonly bytes: Buffer | undefined;
  readonly dueMs: number;
}

/** A piece is what one packet of Ethernet holds: that much is lost or late at once. */
const packetBytes = 1460;

/** One direction of a connection: takes bytes, and hands them on in order when they are due. */
export class ImpairedLink {
  readonly #parts: ImpairedLinkParts;
  readonly #onWay: Piece[] = [];
  #buffered = 0;
  #lastDueMs = Number.NEGATIVE_INFINITY;
  /** Until when the bandwidth is taken. */
  #busyUntilMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  /** The receiver takes no more for now. */
  #blocked = false;
  #closed = false;

  constructor(parts: ImpairedLinkParts) {
    this.#parts = parts;
    const { from, to } = parts;
    from.on('data', (bytes: Buffer) => this.#take(bytes));
    from.on('end', () => this.#add(undefined));
    to.on('drain', () => {
      this.#blocked = false;
      this.#run();
    });
    // A receiver that is gone takes the sender with it.
    to.on('close', () => from.destroy());
  }

  /** The network has stalled: what is due must wait. */
  reschedule(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#run();
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#onWay.length = 0;
  }

  #take(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += packetBytes) this.#add(bytes.subarray(at, at + packetBytes));
    if (this.#buffered >= this.#parts.maxBufferedBytes) this.#parts.from.pause();
    this.#run();
  }

  #add(bytes: Buffer | undefined): void {
    const { clock, random, network } = this.#parts;
    const { delayMs, jitterMs, lossRate, retransmitMs, bytesPerSecond } = network();
    const size = bytes?.length ?? 0;
    const now = clock.now();
    this.#busyUntilMs = Math.max(now, this.#busyUntilMs) + (size / bytesPerSecond) * 1000;
    const late = (jitterMs > 0 ? random.next() * jitterMs : 0) + (lossRate > 0 && random.chance(lossRate) ? retransmitMs : 0);
    this.#lastDueMs = Math.max(this.#lastDueMs, this.#busyUntilMs + delayMs + late);
    this.#buffered += size;
    this.#onWay.push({ bytes, dueMs: this.#lastDueMs });
    if (bytes === undefined) this.#run();
  }

  /** Hands on what is due, and comes back when the next piece is. */
  #run(): void {
    const { clock, from, to, passed, stalledUntil, maxBufferedBytes } = this.#parts;
    if (this.#closed || this.#blocked || this.#cancelTimer !== undefined) return;
    for (;;) {
      const [next] = this.#onWay;
      if (next === undefined) return;
      const waitMs = Math.max(next.dueMs, stalledUntil()) - clock.now();
      if (waitMs > 0) {
        this.#cancelTimer = clock.setTimer(() => {
          this.#cancelTimer = undefined;
          this.#run();
        }, waitMs);
        return;
      }
      this.#onWay.shift();
      if (next.bytes === undefined) {
        to.end();
        return;
      }
      this.#buffered -= next.bytes.length;
      passed(next.bytes.length);
      const more = to.write(next.bytes);
      if (this.#buffered < maxBufferedBytes / 2 && from.isPaused()) from.resume();
      if (!more) {
        this.#blocked = true;
        return;
      }
    }
  }
}
