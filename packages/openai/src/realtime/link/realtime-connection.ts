import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import type { RealtimeSession } from '../protocol/schema/session-schema.js';

/** One connection of a link, from its `session.created` on. Each is a session of its own, with an empty conversation. */
export interface RealtimeConnection {
  /** Counts the connections of a link, those that were never made included. */
  readonly id: number;
  /** As `session.created` told it. */
  readonly session: RealtimeSession;
  /** When the session ends, on the clock of the link; undefined when nobody knows. */
  readonly expiresAtMs: number | undefined;
  readonly open: boolean;
  /** When something came last, on the clock of the link; undefined where nobody asks for a sign of life. */
  readonly heardAtMs: number | undefined;
  /**
   * Sends an event at once. False when nothing was sent: the connection is no longer open, or the dialect has no such event. More
   * than `maxBufferedBytes` that the network does not take ends the connection.
   */
  send(event: RealtimeClientEvent): boolean;
  /** Says good-bye. Nothing more is told of this connection, and nothing is opened in its place. */
  close(): void;
}
