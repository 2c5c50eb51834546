import type { RealtimeErrorDetail } from './protocol-error.js';
import type { RealtimeServerEvent } from './schema/server-event-schema.js';
import { partEvents } from './server-part-events.js';
import type { RealtimeSessionState } from './session-state.js';
import {
  itemWithoutAudio,
  type RealtimeServerItem,
  type RealtimeServerResponse,
  stamped,
  writtenResponse,
  writtenSession,
} from './written-resource.js';

/** The server event of one type. */
export type RealtimeServerEventOf<T extends RealtimeServerEvent['type']> = Extract<RealtimeServerEvent, { type: T }>;

type Said<T extends RealtimeServerEvent['type']> = RealtimeServerEventOf<T>;

/** What transcribing took: tokens, or seconds. */
export type RealtimeTranscriptionUsage = NonNullable<Said<'conversation.item.input_audio_transcription.completed'>['usage']>;
/** How much of a limit is left. */
export type RealtimeRateLimit = Said<'rate_limits.updated'>['rate_limits'][number] & { readonly name: 'requests' | 'tokens' };

/**
 * Makes the events that a server sends; `nextEventId` names them. Each has everything that the published schemas and the
 * clients in use ask for, in our words: {@link writeRealtimeEvent} puts it into those of a dialect.
 *
 * @example
 * ```ts
 * const id = realtimeIds();
 * const say = realtimeServerEvents(() => id('event'));
 * console.log(say.speechStarted('item_1', 320).audio_start_ms); // 320
 * ```
 */
export function realtimeServerEvents(nextEventId: () => string) {
  const named = () => ({ event_id: nextEventId() });
  const ofItem = <T extends 'conversation.item.added' | 'conversation.item.done'>(
    type: T,
    item: RealtimeServerItem,
    after: string | null,
  ) => ({ type, ...named(), previous_item_id: after, item: itemWithoutAudio(item) });
  const ofOutput = <T extends 'response.output_item.added' | 'response.output_item.done'>(
    type: T,
    responseId: string,
    outputIndex: number,
    item: RealtimeServerItem,
  ) => ({ type, ...named(), response_id: responseId, output_index: outputIndex, item: itemWithoutAudio(item) });

  return {
    sessionCreated: (session: RealtimeSessionState): Said<'session.created'> => ({
      type: 'session.created',
      ...named(),
      session: writtenSession(session),
    }),
    sessionUpdated: (session: RealtimeSessionState): Said<'session.updated'> => ({
      type: 'session.updated',
      ...named(),
      session: writtenSession(session),
    }),
    /** `after`: the item before it, null for the first. */
    itemAdded: (item: RealtimeServerItem, after: string | null): Said<'conversation.item.added'> =>
      ofItem('conversation.item.added', item, after),
    itemDone: (item: RealtimeServerItem, after: string | null): Said<'conversation.item.done'> =>
      ofItem('conversation.item.done', item, after),
    /** The only one that carries the audio of an item. */
    itemRetrieved: (item: RealtimeServerItem): Said<'conversation.item.retrieved'> => ({
      type: 'conversation.item.retrieved',
      ...named(),
      item: stamped(item),
    }),
    itemTruncated: (itemId: string, contentIndex: number, audioEndMs: number): Said<'conversation.item.truncated'> => ({
      type: 'conversation.item.truncated',
      ...named(),
      item_id: itemId,
      content_index: contentIndex,
      audio_end_ms: audioEndMs,
    }),
    itemDeleted: (itemId: string): Said<'conversation.item.deleted'> => ({
      type: 'conversation.item.deleted',
      ...named(),
      item_id: itemId,
    }),
    transcriptionDelta: (itemId: string, delta: string): Said<'conversation.item.input_audio_transcription.delta'> => ({
      type: 'conversation.item.input_audio_transcription.delta',
      ...named(),
      item_id: itemId,
      content_index: 0,
      delta,
    }),
    transcriptionCompleted: (
      itemId: string,
      transcript: string,
      usage: RealtimeTranscriptionUsage,
      language?: string,
    ): Said<'conversation.item.input_audio_transcription.completed'> => ({
      type: 'conversation.item.input_audio_transcription.completed',
      ...named(),
      item_id: itemId,
      content_index: 0,
      transcript,
      ...(language === undefined ? {} : { languages: [{ code: language }] }),
      usage,
    }),
    transcriptionFailed: (
      itemId: string,
      message: string,
      code?: string,
    ): Said<'conversation.item.input_audio_transcription.failed'> => ({
      type: 'conversation.item.input_audio_transcription.failed',
      ...named(),
      item_id: itemId,
      content_index: 0,
      // A null among these makes the agents SDK take the event for one that it does not know.
      error: { type: 'transcription_error', ...(code === undefined ? {} : { code }), message },
    }),
    speechStarted: (itemId: string, audioStartMs: number): Said<'input_audio_buffer.speech_started'> => ({
      type: 'input_audio_buffer.speech_started',
      ...named(),
      audio_start_ms: Math.round(audioStartMs),
      item_id: itemId,
    }),
    speechStopped: (itemId: string, audioEndMs: number): Said<'input_audio_buffer.speech_stopped'> => ({
      type: 'input_audio_buffer.speech_stopped',
      ...named(),
      audio_end_ms: Math.round(audioEndMs),
      item_id: itemId,
    }),
    timeoutTriggered: (itemId: string, startMs: number, endMs: number): Said<'input_audio_buffer.timeout_triggered'> => ({
      type: 'input_audio_buffer.timeout_triggered',
      ...named(),
      audio_start_ms: Math.round(startMs),
      audio_end_ms: Math.round(endMs),
      item_id: itemId,
    }),
    audioCommitted: (itemId: string, after: string | null): Said<'input_audio_buffer.committed'> => ({
      type: 'input_audio_buffer.committed',
      ...named(),
      previous_item_id: after,
      item_id: itemId,
    }),
    audioCleared: (): Said<'input_audio_buffer.cleared'> => ({ type: 'input_audio_buffer.cleared', ...named() }),
    responseCreated: (response: RealtimeServerResponse): Said<'response.created'> => ({
      type: 'response.created',
      ...named(),
      response: writtenResponse(response),
    }),
    responseDone: (response: RealtimeServerResponse): Said<'response.done'> => ({
      type: 'response.done',
      ...named(),
      response: writtenResponse(response),
    }),
    rateLimitsUpdated: (limits: readonly RealtimeRateLimit[]): Said<'rate_limits.updated'> => ({
      type: 'rate_limits.updated',
      ...named(),
      rate_limits: limits,
    }),
    outputItemAdded: (responseId: string, index: number, item: RealtimeServerItem): Said<'response.output_item.added'> =>
      ofOutput('response.output_item.added', responseId, index, item),
    outputItemDone: (responseId: string, index: number, item: RealtimeServerItem): Said<'response.output_item.done'> =>
      ofOutput('response.output_item.done', responseId, index, item),
    ...partEvents(nextEventId),
    error: (detail: RealtimeErrorDetail): Said<'error'> => ({ type: 'error', ...named(), error: { ...detail } }),
  };
}

/** What {@link realtimeServerEvents} makes. */
export type RealtimeServerEvents = ReturnType<typeof realtimeServerEvents>;
