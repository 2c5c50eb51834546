import type { Clock } from '@voxrill/core';
import type {
  RealtimeDialectName,
  RealtimeErrorDetail,
  RealtimeServerEvent,
  RealtimeServerEvents,
  RealtimeSessionState,
} from '@voxrill/openai';
import type { Conversation } from '../conversation/conversation.js';
import type { ResolvedLimits } from './call-options.js';

/** What the parts of one call share. */
export interface CallScope {
  readonly clock: Clock;
  readonly limits: ResolvedLimits;
  readonly conversation: Conversation;
  /** As it is configured now. */
  readonly session: RealtimeSessionState;
  /** How the client speaks, as far as is known by now. */
  readonly dialect: RealtimeDialectName;
  readonly say: RealtimeServerEvents;
  send(event: RealtimeServerEvent): void;
  nextId(prefix: string): string;
  /** Answers with an error. */
  refuse(error: RealtimeErrorDetail): void;
}
