import {
  invalidRequest,
  type RealtimeDialectName,
  type RealtimeErrorDetail,
  type RealtimeServerEvent,
  realtimeIds,
  realtimeServerEvents,
  toDialect,
} from '@voxrill/openai';
import type { CallRecord } from './call-record.js';
import type { RealtimePeer } from './realtime-peer.js';
import { familyOf, loggedEvent, type RealtimeLog } from './wire-log.js';

/** Writes to one client: in its dialect, logged and counted, and nothing after the end. */
export class WireEnd {
  readonly record: CallRecord;
  readonly say: ReturnType<typeof realtimeServerEvents>;
  readonly #peer: RealtimePeer;
  readonly #log: RealtimeLog | undefined;
  #ended = false;

  constructor(peer: RealtimePeer, record: CallRecord, log: RealtimeLog | undefined, nextId = realtimeIds()) {
    this.#peer = peer;
    this.record = record;
    this.#log = log;
    this.say = realtimeServerEvents(() => nextId('event'));
  }

  get dialect(): RealtimeDialectName {
    return this.record.dialect;
  }

  /** Whether somebody reads the log. */
  get logged(): boolean {
    return this.#log !== undefined;
  }

  get bufferedBytes(): number {
    return this.#peer.bufferedBytes ?? 0;
  }

  /** Sends an event of ours; what the dialect does not know is not sent. */
  send(event: RealtimeServerEvent): void {
    if (this.#ended) return;
    const wire = toDialect(event, this.dialect);
    if (wire === undefined) return;
    const text = JSON.stringify(wire);
    this.sendText(text, wire);
  }

  /** Sends what is of the right dialect already. `event`: the same, for the log, if it is known. */
  sendText(text: string, event?: unknown): void {
    if (this.#ended) return;
    this.record.fromServer(text);
    if (this.#log !== undefined) this.log('server', event ?? text);
    try {
      this.#peer.send(text);
    } catch {
      // A transport that cannot send is gone, and the call with it.
      this.gone();
      this.record.info.close(1006, 'The client cannot be reached.');
    }
  }

  /** Logs an event of the client, or one that was sent without {@link send}. */
  log(dir: 'client' | 'server', event: unknown): void {
    this.#log?.({ dir, proto: familyOf(this.dialect), conn: this.record.info.id, event: loggedEvent(event) });
  }

  pause(): void {
    this.#peer.pause?.();
  }

  resume(): void {
    this.#peer.resume?.();
  }

  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#peer.close(code, reason);
  }

  /** The client is gone by itself. */
  gone(): void {
    this.#ended = true;
  }
}

/** The error that a frame which is no text is answered with. */
export const binaryFrame = (bytes: number): RealtimeErrorDetail =>
  invalidRequest('invalid_event', `A binary frame of ${bytes} bytes is no event. Events are text; audio is base64 in them.`);
