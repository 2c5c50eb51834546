export type { OpenAIChatOptions } from './chat-options.js';
export type {
  RealtimeAssistantItem,
  RealtimeAssistantPart,
  RealtimeDialect,
  RealtimeFunctionCall,
  RealtimeFunctionCallOutput,
  RealtimeItem,
  RealtimeSystemItem,
  RealtimeUserItem,
  RealtimeUserPart,
} from './convert/realtime-item.js';
export { toChat } from './convert/to-chat.js';
export { type RealtimeConversation, type ToRealtimeOptions, toRealtime } from './convert/to-realtime.js';
export { type ChatTool, type RealtimeTool, toChatTools, toRealtimeTools } from './convert/tools.js';
export { type HeardAudio, type TruncationPoint, truncationPoint } from './convert/truncation-point.js';
export { OpenAIChat, openaiChat } from './open-ai-chat.js';
export type { HeartbeatOptions } from './realtime/link/heartbeat.js';
export { type LinkFailure, type RefusedHandshake, refusedHandshake } from './realtime/link/link-failure.js';
export type { RealtimeLinkEvents, RealtimeLinkOptions, RealtimeRetry } from './realtime/link/link-options.js';
export type { RealtimeTraffic } from './realtime/link/link-traffic.js';
export { openWsSocket } from './realtime/link/open-ws-socket.js';
export type { RealtimeConnection } from './realtime/link/realtime-connection.js';
export { type RealtimeErrorKind, type RealtimeErrorWords, realtimeError } from './realtime/link/realtime-error.js';
export { RealtimeLink } from './realtime/link/realtime-link.js';
export type {
  OpenRealtimeSocket,
  RealtimeSocket,
  RealtimeSocketEnd,
  RealtimeSocketEvents,
  RealtimeSocketTraffic,
  RealtimeTarget,
} from './realtime/link/realtime-socket.js';
export { type RealtimeTargetOptions, realtimeTarget } from './realtime/link/realtime-target.js';
export { refusalText } from './realtime/link/refusal-text.js';
export { type OpenAIRealtime, openaiRealtime } from './realtime/model/openai-realtime.js';
export type { OpenAIRealtimeOptions } from './realtime/model/realtime-options.js';
export { decodeAudio, encodeAudio, pcmReader } from './realtime/protocol/audio-base64.js';
export { realtimeAudioRate } from './realtime/protocol/audio-format.js';
export { type RealtimeClientEventOf, realtimeClientEvents } from './realtime/protocol/client-events.js';
export { type DefaultSessionOptions, defaultSession } from './realtime/protocol/default-session.js';
export {
  dialectOfConnection,
  dialectOfUpdate,
  type RealtimeConnectRequest,
} from './realtime/protocol/detect-dialect.js';
export { type RealtimeDialectName, realtimeEventTypes } from './realtime/protocol/dialect.js';
export { type RealtimeEventCount, realtimeEventCounter } from './realtime/protocol/event-count.js';
export { fromDialect } from './realtime/protocol/from-dialect.js';
export { mergeSession } from './realtime/protocol/merge-session.js';
export {
  type ParsedRealtimeEvent,
  type ParseEventOptions,
  parseClientEvent,
  parseServerEvent,
} from './realtime/protocol/parse-event.js';
export {
  invalidRequest,
  type RealtimeErrorDetail,
  unknownEventError,
  unknownParameterError,
} from './realtime/protocol/protocol-error.js';
export { realtimeIds } from './realtime/protocol/realtime-ids.js';
export { type RealtimeResponseSettings, responseSettings } from './realtime/protocol/response-settings.js';
export {
  clientEventSchemas,
  type RealtimeClientEvent,
  type RealtimeClientEventType,
} from './realtime/protocol/schema/client-event-schema.js';
export type { RealtimeConversationItem, RealtimeInputItem } from './realtime/protocol/schema/item-schema.js';
export type {
  RealtimeResponse,
  RealtimeResponseParams,
  RealtimeUsage,
} from './realtime/protocol/schema/response-schema.js';
export {
  type RealtimeServerEvent,
  type RealtimeServerEventType,
  serverEventSchemas,
} from './realtime/protocol/schema/server-event-schema.js';
export type {
  RealtimeAudioFormat,
  RealtimeSession,
  RealtimeSessionTool,
  RealtimeToolChoice,
  RealtimeTranscription,
  RealtimeTurnDetection,
  RealtimeVoice,
} from './realtime/protocol/schema/session-schema.js';
export {
  type RealtimeRateLimit,
  type RealtimeServerEventOf,
  type RealtimeServerEvents,
  type RealtimeTranscriptionUsage,
  realtimeServerEvents,
} from './realtime/protocol/server-events.js';
export type { RealtimeCallAddress, RealtimePartAddress } from './realtime/protocol/server-part-events.js';
export type { RealtimeSessionState } from './realtime/protocol/session-state.js';
export { toDialect } from './realtime/protocol/to-dialect.js';
export type { RealtimeWireEvent } from './realtime/protocol/wire-object.js';
export { writeRealtimeEvent } from './realtime/protocol/write-event.js';
export type { RealtimeServerItem, RealtimeServerResponse } from './realtime/protocol/written-resource.js';
