export type { Frame, FrameHeader, FrameKind, FrameOf, FramePayload, Lane } from './frames/frame.js';
export type { FrameMap, LLMUsage, MetricData, PcmAudio, TimedWord, ToolCallRequest, ToolOutcome, TranscriptPayload } from './frames/frame-map.js';
export { permanentCategories, type ErrorCategory } from './frames/error-category.js';
export type { AssistantMessage, ChatMessage, ChatToolCall, SystemMessage, ToolMessage, UserMessage } from './context/chat-message.js';
export type { ToolDefinition } from './tools/tool.js';
export type { Clock } from './clock/clock.js';
export { ServiceError } from './services/service-error.js';
export type {
  LanguageModel,
  LLMChunk,
  LLMRequest,
  ServiceCall,
  SpeechToText,
  TextToSpeech,
  TranscriptResult,
  TTSChunk,
  UtteranceAudio,
} from './services/contracts.js';
export { STTService } from './services/stt-service.js';
export { LLMService } from './services/llm-service.js';
export { TTSService } from './services/tts-service.js';
