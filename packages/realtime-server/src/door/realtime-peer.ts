import type { RealtimeConnectRequest, RealtimeSession } from '@voxrill/openai';

/** A client that wants to connect: what its handshake says. */
export interface RealtimeRequest extends RealtimeConnectRequest {
  /** Settings that the session begins with, over those of the server. They come with an ephemeral key. */
  readonly session?: RealtimeSession;
}

/** The way to a connected client. The members that may be missing are of transports that can be held back. */
export interface RealtimePeer {
  /** Sends one event. */
  send(text: string): void;
  /** Ends the connection after what was sent. */
  close(code: number, reason: string): void;
  /** What was sent and has not left yet. */
  readonly bufferedBytes?: number;
  /** Stops reading from the client until `resume`. */
  pause?(): void;
  resume?(): void;
}

/** The way from a connected client. Nothing of it throws. */
export interface RealtimeReceiver {
  /** Takes one event as it came. */
  receive(text: string): void;
  /** Takes a frame that is no text; the client is told, and goes on. */
  receiveBinary(bytes: number): void;
  /** The client is gone. */
  closed(code: number, reason?: string): void;
  /** What had piled up has left. */
  drained(): void;
}

/** Takes clients in, whatever they are connected by. */
export interface RealtimeAcceptor {
  accept(request: RealtimeRequest, peer: RealtimePeer): RealtimeReceiver;
}

/** A peer with more than this under way should be sent no more until `drained`. */
export const backlogBytes = 512 * 1024;
