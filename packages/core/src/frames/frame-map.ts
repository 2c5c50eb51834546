import type { ChatMessage } from '../context/chat-message.js';
import type { ToolDefinition } from '../tools/tool.js';
import type { ErrorCategory } from './error-category.js';

/**
 * Interleaved 16-bit little-endian PCM. `samples` is owned by its frame: never a view on a pooled buffer,
 * never written to after the frame was made.
 */
export interface PcmAudio {
  readonly samples: Int16Array;
  /** Samples a second and channel. */
  readonly sampleRate: number;
  readonly channels: number;
}

/** A word and where it lies in the audio of its utterance, in milliseconds from the utterance's first sample. */
export interface TimedWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Tokens that one inference used. `cachedPromptTokens` is the part of `promptTokens` that the provider had cached. */
export interface LLMUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedPromptTokens?: number;
  readonly reasoningTokens?: number;
}

/** One measured value; `value` is in `unit`. */
export interface MetricData {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'tokens' | 'characters' | 'bytes' | 'count';
  readonly processor?: string;
  readonly labels?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * The payload of every frame kind. Add your own by augmenting this interface, and describe its lane with
 * `defineFrameKind`, in `kinds` of the processor that makes it:
 *
 * @example
 * ```ts
 * declare module '@voxrill/core' {
 *   interface FrameMap { weather: { readonly celsius: number } }
 * }
 * ```
 */
export interface FrameMap extends CoreFrameMap {}

/** The kinds that the core itself knows. */
export interface CoreFrameMap {
  // control: lifecycle
  start: object;
  end: { readonly reason?: string };
  cancel: { readonly reason?: string };
  /** The turn epoch rose to `turn`; everything older is already dead when this frame is seen. */
  interruption: { readonly reason: string };
  error: {
    readonly category: ErrorCategory;
    readonly message: string;
    /** Name of the processor in which it happened. */
    readonly processor: string;
    /** False when the processor cannot go on working. */
    readonly usable: boolean;
    readonly cause?: unknown;
  };
  metrics: { readonly metrics: readonly MetricData[] };

  // control: speech and turns. Positions (`speechAtMs`) are session milliseconds.
  /** `prefixMs`: how much audio before the onset belongs to the utterance, if the detector has a say in it. */
  'vad-user-started-speaking': { readonly speechAtMs: number; readonly prefixMs?: number };
  'vad-user-stopped-speaking': { readonly speechAtMs: number };
  'user-started-speaking': { readonly speechAtMs: number };
  /** `text`: what the user said in this turn; empty when nothing was understood, and then no reply is due. */
  'user-stopped-speaking': { readonly speechAtMs: number; readonly text: string };
  'bot-started-speaking': object;
  'bot-stopped-speaking': { readonly interrupted: boolean };
  /** What the listener has heard of one utterance so far: the ledger of the output transport. */
  'bot-spoke': {
    readonly utterance: string;
    /** The heard text from the beginning of the utterance. */
    readonly text: string;
    readonly playedMs: number;
    /** `complete`: heard to its end. `interrupted`: cut, nothing more of it will be heard. */
    readonly state: 'playing' | 'complete' | 'interrupted';
  };
  'input-transport-message': { readonly message: unknown };
  'output-transport-message': { readonly message: unknown };

  // media
  'input-audio': PcmAudio;

  // data: what the user did; survives an interruption
  'interim-transcription': TranscriptPayload;
  transcription: TranscriptPayload;
  'input-text': { readonly text: string };
  'input-dtmf': { readonly digit: string };

  // data: work made in reply; dies with its turn
  /** Run the model on these messages. */
  'llm-context': {
    readonly messages: readonly ChatMessage[];
    readonly tools: readonly ToolDefinition[];
  };
  'llm-response-start': { readonly response: string };
  'llm-text': { readonly text: string; readonly response: string };
  'llm-response-end': { readonly response: string };
  /** Say exactly this. */
  'tts-speak': { readonly text: string };
  'tts-started': {
    readonly utterance: string;
    readonly text: string;
    /** The model's response that the utterance is a part of; absent for `tts-speak`. */
    readonly response?: string;
  };
  'tts-audio': PcmAudio & { readonly utterance: string };
  'tts-words': { readonly utterance: string; readonly words: readonly TimedWord[] };
  /** `broken`: the voice gave up before the end of the text. */
  'tts-stopped': { readonly utterance: string; readonly broken?: boolean };
  /** The model asks for these calls, as one group. */
  'tool-calls': { readonly group: string; readonly calls: readonly ToolCallRequest[] };

  // data: what happened; survives an interruption
  'tool-result': { readonly group: string; readonly callId: string; readonly name: string; readonly outcome: ToolOutcome };
}

/** What was recognised, and which stretch of the session's time it was spoken in. */
export interface TranscriptPayload {
  readonly text: string;
  /** Names the stretch of speech; interim results and the final of one stretch share it. */
  readonly utterance: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly language?: string;
}

/** A call that the model asked for; `arguments` is the JSON text as the model wrote it. */
export interface ToolCallRequest {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** How a tool call ended. Every call ends in exactly one of these. */
export type ToolOutcome =
  | { readonly status: 'result'; readonly value: unknown }
  | { readonly status: 'error'; readonly message: string }
  | { readonly status: 'cancelled'; readonly reason: string }
  | { readonly status: 'timed-out'; readonly afterMs: number };
