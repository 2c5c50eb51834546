import type { RealtimeConversationItem } from './schema/item-schema.js';
import type { RealtimeResponse } from './schema/response-schema.js';
import type { RealtimeSession, RealtimeTurnDetection } from './schema/session-schema.js';
import type { RealtimeSessionState } from './session-state.js';

/** An item as a server tells of it: it has an id. */
export type RealtimeServerItem = RealtimeConversationItem & { readonly id: string };

/** A response as a server tells of it, with what the live service always says. */
export type RealtimeServerResponse = RealtimeResponse & { readonly status: NonNullable<RealtimeResponse['status']> };

/** Items carry their audio in the answer to `conversation.item.retrieve` only. What is not transcribed yet says null. */
export function itemWithoutAudio(item: RealtimeServerItem): RealtimeServerItem {
  if (item.type !== 'message' || item.role === 'system') return stamped(item);
  if (item.role === 'user') {
    const content = item.content.map((part) =>
      part.type === 'input_audio' ? { type: part.type, transcript: part.transcript ?? null } : part,
    );
    return stamped({ ...item, content });
  }
  const content = item.content.map((part) => {
    if (part.type !== 'output_audio') return part;
    const { audio: _, ...rest } = part;
    return rest;
  });
  return stamped({ ...item, content });
}

/** Every item of a conversation says what it is, except those of MCP. */
export function stamped(item: RealtimeServerItem): RealtimeServerItem {
  switch (item.type) {
    case 'message':
    case 'function_call':
    case 'function_call_output':
      return { object: 'realtime.item', ...item };
    default:
      return item;
  }
}

/** Members that the live service sends even when there is nothing to say; some clients fail without them. */
export const writtenResponse = (response: RealtimeServerResponse): RealtimeResponse => ({
  object: 'realtime.response',
  status_details: null,
  conversation_id: null,
  usage: null,
  metadata: null,
  ...response,
  output: (response.output ?? []).map((item) => (hasId(item) ? itemWithoutAudio(item) : item)),
});

const hasId = (item: RealtimeConversationItem): item is RealtimeServerItem => typeof item.id === 'string';

/** A session as its events tell of it: one that only transcribes says nothing of replies. */
export function writtenSession(state: RealtimeSessionState): RealtimeSession {
  const { type, ...settings } = state;
  if (type === 'realtime') return { ...settings, type };
  const { id, object, expires_at, include, audio } = settings;
  return {
    type,
    id,
    object,
    ...(expires_at === undefined ? {} : { expires_at }),
    ...(include === undefined ? {} : { include }),
    audio: { input: { ...audio.input, turn_detection: withoutReplies(audio.input.turn_detection) } },
  };
}

function withoutReplies(turns: RealtimeTurnDetection | null): RealtimeTurnDetection | null {
  if (turns === null) return null;
  const { create_response: _, interrupt_response: __, ...rest } = turns;
  if (rest.type !== 'server_vad') return rest;
  const { idle_timeout_ms: ___, ...vad } = rest;
  return vad;
}
