import type { SessionReport } from '@voxrill/core';
import type { ParsedRealtimeEvent, RealtimeClientEvent, RealtimeDialectName } from '@voxrill/openai';
import type { RealtimeCallOptions } from './call-options.js';

/** One connection of a Realtime client to a pipeline: events in, events out. Knows no socket. */
export class RealtimeCall {
  /** Resolves, and never rejects, when the call is over. */
  readonly done: Promise<SessionReport>;
  /** How the client speaks; the first `session.update` may show that it was guessed wrong. */
  dialect: RealtimeDialectName;

  constructor(options: RealtimeCallOptions) {
    this.dialect = options.dialect;
    this.done = new Promise(() => undefined);
  }

  /** Starts the pipeline, then says `session.created`. Never rejects: a pipeline that cannot start is an error on the wire. */
  async start(): Promise<void> {}

  /** Takes what the client sent, in order, also before `start` is done. Never throws. */
  receive(parsed: ParsedRealtimeEvent<RealtimeClientEvent>): void {
    void parsed;
  }

  /** Ends the call; the wire is the caller's to close. */
  close(reason: string): void {
    void reason;
  }
}
