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
