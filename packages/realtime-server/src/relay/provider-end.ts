import { type RealtimeClientEvent, type RealtimeDialectName, toDialect } from '@voxrill/openai';
import type { RealtimePeer } from '../door/realtime-peer.js';
import { familyOf, loggedEvent, type RealtimeLog } from '../door/wire-log.js';
import { type ProviderTarget, redacted } from './provider-target.js';

/** Writes to the provider of one call, in its dialect and recorded. */
export class ProviderEnd {
  readonly #conn: string;
  readonly #record: RealtimeLog | undefined;
  readonly #onLost: () => void;
  #target: ProviderTarget | undefined;
  #peer: RealtimePeer | undefined;

  /** `onLost`: the connection does not take what is sent. */
  constructor(conn: string, record: RealtimeLog | undefined, onLost: () => void) {
    this.#conn = conn;
    this.#record = record;
    this.#onLost = onLost;
  }

  open(target: ProviderTarget, peer: RealtimePeer): void {
    this.#target = target;
    this.#peer = peer;
  }

  get isOpen(): boolean {
    return this.#peer !== undefined;
  }

  get dialect(): RealtimeDialectName {
    return this.#target?.dialect ?? 'ga';
  }

  get recorded(): boolean {
    return this.#record !== undefined;
  }

  get bufferedBytes(): number {
    return this.#peer?.bufferedBytes ?? 0;
  }

  /** Sends what is of the right dialect already. `event`: the same, for the recorder. */
  sendText(text: string, event: unknown): void {
    if (this.#peer === undefined) return;
    this.record('client', event);
    try {
      this.#peer.send(text);
    } catch {
      // A transport that cannot send is gone, and the call with it.
      this.#peer = undefined;
      this.#onLost();
    }
  }

  /** Sends an event of ours; false when the dialect of the provider has no such event. */
  send(event: RealtimeClientEvent): boolean {
    const wire = toDialect(event, this.dialect);
    if (wire !== undefined) this.sendText(JSON.stringify(wire), wire);
    return wire !== undefined;
  }

  record(dir: 'client' | 'server', event: unknown): void {
    this.#record?.({ dir, proto: familyOf(this.dialect), conn: this.#conn, event: loggedEvent(event) });
  }

  /** What the provider says, without what no client may read. */
  redacted(text: string): string {
    return redacted(text, this.#target?.secrets ?? []);
  }

  pause(): void {
    this.#peer?.pause?.();
  }

  resume(): void {
    this.#peer?.resume?.();
  }

  close(code: number, reason: string): void {
    this.#peer?.close(code, reason);
  }
}
