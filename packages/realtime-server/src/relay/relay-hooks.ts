import type { RealtimeClientEvent, RealtimeServerEvent } from '@voxrill/openai';
import type { RealtimeCallInfo } from '../door/call-info.js';

/** One call through a relay, as its hooks see it. */
export interface RelayCall {
  readonly info: RealtimeCallInfo;
  /** Sends an event that the provider did not send, at once. */
  sendToClient(event: RealtimeServerEvent): void;
  /** Sends an event that the client did not send, at once. */
  sendToProvider(event: RealtimeClientEvent): void;
  /** Ends the call. */
  close(code?: number, reason?: string): void;
}

/** What becomes of an event: the same, another, several, or nothing. */
export type RelayVerdict<Event> = Event | readonly Event[] | undefined | void;

/**
 * See each event before it is passed on, in the words of today whatever the sides speak, and may change or block it: what they
 * return is what is passed on. They may take their time; later events of the same direction wait. A hook that throws, or takes
 * longer than `hookMs`, blocks the event and ends nothing; it is an error in the `logger`, which is silent unless one is given. A
 * client whose event is blocked so is told.
 *
 * With a `client` hook, what cannot be read as an event is answered by the relay and not passed on, so that nothing goes around
 * the hook. What a provider sends that no schema knows passes the `server` hook by.
 */
export interface RelayHooks {
  client?(
    event: RealtimeClientEvent,
    call: RelayCall,
  ): RelayVerdict<RealtimeClientEvent> | Promise<RelayVerdict<RealtimeClientEvent>>;
  server?(
    event: RealtimeServerEvent,
    call: RelayCall,
  ): RelayVerdict<RealtimeServerEvent> | Promise<RelayVerdict<RealtimeServerEvent>>;
}
