import type { RealtimeCallInfo } from './call-info.js';
import type { RealtimeCallCounts } from './open-calls.js';

/** Where clients of each kind connect to. */
export interface RealtimeUrls {
  /** Clients of today. */
  readonly ga: string;
  /** Clients of 2024 that send no header; those that send theirs may use the others too. */
  readonly beta: string;
  readonly azureGa: string;
  readonly azurePreview: string;
  /** The base URL of the official packages. */
  readonly base: string;
}

/** What has happened at the door, and on the wire. */
export interface RealtimeServerCounts extends RealtimeCallCounts {
  /** Requests that were refused, by the code of the error. */
  readonly refused: Readonly<Record<string, number>>;
  /** Clients that were closed because they read too slowly. */
  readonly slowClients: number;
  /** Bytes on the sockets of clients, compressed as they are. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** A server that listens. */
export interface RealtimeServer {
  /** Where clients of today connect to. */
  readonly url: string;
  readonly urls: RealtimeUrls;
  readonly port: number;
  /** The calls that are under way. */
  readonly calls: readonly RealtimeCallInfo[];
  readonly counts: RealtimeServerCounts;
  /** Takes nobody in any more, lets calls end by themselves for `drainMs`, 0 if nothing is said, and ends them. Always comes to an end. */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

/** The URLs of a server that listens there. */
export function urlsOf(host: string, port: number, secure: boolean): RealtimeUrls {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const at = `${secure ? 'wss' : 'ws'}://${name}:${port}`;
  return {
    ga: `${at}/v1/realtime`,
    beta: `${at}/`,
    azureGa: `${at}/openai/v1/realtime`,
    azurePreview: `${at}/openai/realtime?api-version=2024-10-01-preview`,
    base: `${secure ? 'https' : 'http'}://${name}:${port}/v1`,
  };
}
