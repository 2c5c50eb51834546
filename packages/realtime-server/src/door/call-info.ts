import type { RealtimeDialectName } from '@voxrill/openai';

/** How a call ended. */
export interface RealtimeCallEnd {
  /** The close code of the WebSocket; 1006 when the connection broke. */
  readonly code: number;
  readonly reason: string;
  /** Whether it ended because of an error in this process, or at the provider. */
  readonly failed: boolean;
  readonly traffic: RealtimeCallTraffic;
}

/** What went over the wire of one call. Bytes are those of the events, before compression. */
export interface RealtimeCallTraffic {
  readonly clientEvents: number;
  readonly clientBytes: number;
  readonly serverEvents: number;
  readonly serverBytes: number;
}

/** One call, as the host sees it. */
export interface RealtimeCallInfo {
  /** The id that stands in the log, and the id of the session. */
  readonly id: string;
  /** The model that the client asked for: any text. */
  readonly model: string;
  /** The dialect as it is known now. */
  readonly dialect: RealtimeDialectName;
  /** Path and query, without keys. */
  readonly url: string;
  readonly traffic: RealtimeCallTraffic;
  /** Resolves when the call is over; never rejects. */
  readonly done: Promise<RealtimeCallEnd>;
  /** Ends the call. */
  close(code?: number, reason?: string): void;
}
