import type { RealtimeSocketTraffic } from './realtime-socket.js';

/** What has gone over a link, all its connections together. */
export interface RealtimeTraffic {
  /** On the wire: handshakes and framing included, after compression and before TLS. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly sentEvents: number;
  /** The unknown ones included. */
  readonly receivedEvents: number;
  /** Audio as it is, PCM or G.711, before it is written as text. */
  readonly sentAudioBytes: number;
  readonly receivedAudioBytes: number;
  /** Events of a type that is not known, or that could not be read. */
  readonly unknownEvents: number;
}

/** What a base64 text amounts to. */
export function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return text.length % 4 === 0 ? (text.length / 4) * 3 - padding : Math.floor((text.length * 3) / 4);
}

export const noTraffic: RealtimeTraffic = {
  sentBytes: 0,
  receivedBytes: 0,
  sentEvents: 0,
  receivedEvents: 0,
  sentAudioBytes: 0,
  receivedAudioBytes: 0,
  unknownEvents: 0,
};

/** What one connection counts by itself. */
export interface ConnectionTraffic {
  readonly wire: RealtimeSocketTraffic;
  readonly sentEvents: number;
  readonly sentAudioBytes: number;
  readonly receivedAudioBytes: number;
}

export const addTraffic = (sum: RealtimeTraffic, one: ConnectionTraffic): RealtimeTraffic => ({
  ...sum,
  sentBytes: sum.sentBytes + one.wire.sentBytes,
  receivedBytes: sum.receivedBytes + one.wire.receivedBytes,
  sentEvents: sum.sentEvents + one.sentEvents,
  sentAudioBytes: sum.sentAudioBytes + one.sentAudioBytes,
  receivedAudioBytes: sum.receivedAudioBytes + one.receivedAudioBytes,
});
