import type { Clock } from '../clock/clock.js';
import type { ChatMessage } from '../context/chat-message.js';
import type { LLMSettings, LLMUsage, SpeechSettings, TimedWord, ToolCallRequest } from '../frames/frame-map.js';
import type { ToolDefinition } from '../tools/tool.js';

/** What every call to a service gets. When `signal` fires, stop at once; nothing that is yielded afterwards is used. */
export interface ServiceCall {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** What a `service-settings` frame has asked for, of recognisers and voices. */
  readonly settings?: SpeechSettings;
}

/** Speech of one utterance as it arrives: mono, 16-bit, at `sampleRate`. The iteration ends where the speech ends. */
export interface UtteranceAudio {
  readonly sampleRate: number;
  readonly chunks: AsyncIterable<Int16Array>;
}

/** What a recogniser hears. The text always covers the whole utterance so far; a `final` one is the last. */
export interface TranscriptResult {
  readonly text: string;
  readonly final: boolean;
  readonly language?: string;
}

/** What a language model is asked. */
export interface LLMRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolDefinition[];
  readonly settings?: LLMSettings;
}

/** What a language model answers, in order. Tool calls are yielded whole. */
export type LLMChunk =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool-call'; readonly call: ToolCallRequest }
  | { readonly type: 'usage'; readonly usage: LLMUsage };

/** What a voice says, in order: audio is mono, 16-bit, at `sampleRate`; words may come before, between or after it. */
export type TTSChunk =
  | { readonly type: 'audio'; readonly samples: Int16Array; readonly sampleRate: number }
  | { readonly type: 'words'; readonly words: readonly TimedWord[] };

/** Turns speech into text. `STTService` makes a frame processor of it. */
export interface SpeechToText {
  readonly name: string;
  /** Rate in which `transcribe` wants its audio, samples a second. */
  readonly sampleRate: number;
  /** How long after the end of speech the final result takes, in nearly all cases (p99); announced when a session starts. */
  readonly finalP99Ms?: number | undefined;
  /** Loads what is needed; called once a session before any audio. */
  prepare?(call: ServiceCall): Promise<void>;
  transcribe(audio: UtteranceAudio, call: ServiceCall): AsyncIterable<TranscriptResult>;
}

/** Turns messages into text and tool calls. `LLMService` makes a frame processor of it. */
export interface LanguageModel {
  readonly name: string;
  /** Loads what is needed; called once a session, also by what asks the model without being a stage: a judge, a summary. */
  prepare?(call: ServiceCall): Promise<void>;
  generate(request: LLMRequest, call: ServiceCall): AsyncIterable<LLMChunk>;
}

/** Turns one piece of text into speech. `TTSService` makes a frame processor of it. */
export interface TextToSpeech {
  readonly name: string;
  prepare?(call: ServiceCall): Promise<void>;
  synthesize(text: string, call: ServiceCall): AsyncIterable<TTSChunk>;
}
