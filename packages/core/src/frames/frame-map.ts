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
  /** The parts of the three counts above that are audio; the rest is text. */
  readonly promptAudioTokens?: number;
  readonly cachedPromptAudioTokens?: number;
  readonly completionAudioTokens?: number;
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
  interruption: {
    readonly reason: string;
    /** The name of the stage that asked for it; absent when it was the application. */
    readonly by?: string;
  };
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
  /** What a service says of itself when the session starts. */
  'service-metadata': {
    readonly processor: string;
    readonly service: 'stt' | 'llm' | 'tts' | 'realtime';
    readonly model?: string;
    /** How long after the end of speech a recogniser's final transcript takes, in nearly all cases (p99). */
    readonly finalMs?: number;
  };

  /**
   * How the bot is to sound, and in which language it is spoken to, from now on; what is left out stays. Services that can
   * follow do: a name that a service does not know leaves it as it was. Branches of a switch that are not active hear of it.
   */
  'service-settings': SpeechSettings;

  // control: speech and turns. Positions (`speechAtMs`) are session milliseconds.
  /** `prefixMs`: how much audio before the onset belongs to the utterance, if the detector has a say in it. */
  'vad-user-started-speaking': { readonly speechAtMs: number; readonly prefixMs?: number };
  'vad-user-stopped-speaking': { readonly speechAtMs: number };
  'user-started-speaking': { readonly speechAtMs: number };
  /**
   * `text`: what the user said in this turn; empty when nothing was understood, and then no reply is due. `heard`: by the model
   * itself, which replies before there is a transcript, if there ever is one.
   */
  'user-stopped-speaking': { readonly speechAtMs: number; readonly text: string; readonly heard?: true };
  /** The user spoke, and it was not taken for a turn: a "uh-huh", say, or less words than it takes to interrupt. */
  'user-speech-ignored': { readonly text: string; readonly reason: string };
  /** A service that finds the ends of turns by itself says so, at session milliseconds. */
  'proposed-user-started-speaking': { readonly atMs: number };
  'proposed-user-stopped-speaking': { readonly atMs: number };
  /** A model's opinion on whether the user has finished; `probability` from 0 to 1 that it is so. */
  'turn-verdict': { readonly complete: boolean; readonly probability?: number };
  /** The button of a push-to-talk client. */
  'push-to-talk': { readonly pressed: boolean };
  /** The user's turn is over now, whatever the detectors think; an answer is wanted. */
  'force-reply': object;
  /** From now on, until `user-mute-stopped`, no audio of the user is taken in. */
  'user-mute-started': object;
  'user-mute-stopped': object;
  /** The user has been silent for so long, for the `count`th time since anybody has spoken. */
  'user-idle': { readonly count: number; readonly afterMs: number };
  /** The model was asked before the turn was over; then the turn held, or did not. */
  speculation: { readonly state: 'begun' | 'confirmed' | 'discarded' };
  /** Something is being said that the user cannot cut off, or that is over. */
  'speech-protected': { readonly on: boolean };
  /** The output holds its breath, and goes on from the same sample. */
  'output-pause': object;
  'output-resume': object;
  /** `aside`: see `tts-speak`. */
  'bot-started-speaking': { readonly aside?: true };
  'bot-stopped-speaking': { readonly interrupted: boolean };
  /** What the listener has heard of one utterance so far: the ledger of the output transport. */
  'bot-spoke': {
    readonly utterance: string;
    /** The heard text from the beginning of the utterance. */
    readonly text: string;
    readonly playedMs: number;
    /** The model's response that it is a part of; absent for what the bot was told to say. */
    readonly response?: string;
    /** When its first sample was played, in session milliseconds; absent if none was. */
    readonly startedAtMs?: number;
    /** See `tts-speak`. */
    readonly aside?: true;
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
  /**
   * The conversation as it stands, for a model that keeps it itself: it is to take note, and is not asked. Only models that
   * say in their `service-metadata` that they are `realtime` are told.
   */
  'llm-context-changed': { readonly messages: readonly ChatMessage[]; readonly tools: readonly ToolDefinition[] };

  // data: work made in reply; dies with its turn
  /**
   * Run the model on these messages. `speculative`: the user may go on, so nothing that the model answers may be heard or
   * acted upon until a `speculation` frame confirms it. `text`: it waits in the model's service; `speech`: it is spoken, and waits
   * in the output.
   */
  'llm-context': {
    readonly messages: readonly ChatMessage[];
    readonly tools: readonly ToolDefinition[];
    readonly speculative?: 'text' | 'speech';
    readonly settings?: LLMSettings;
  };
  'llm-response-start': { readonly response: string };
  'llm-text': { readonly text: string; readonly response: string };
  'llm-response-end': { readonly response: string };
  /** Say exactly this. */
  'tts-speak': { readonly text: string } & UtteranceTraits;
  /** `text` is what will be said; empty if that becomes known while it is spoken, by `tts-text`. */
  'tts-started': {
    readonly utterance: string;
    readonly text: string;
  } & UtteranceTraits;
  'tts-audio': PcmAudio & { readonly utterance: string };
  /** More of the text of an utterance whose voice and words come from one model, side by side. */
  'tts-text': { readonly utterance: string; readonly text: string };
  'tts-words': { readonly utterance: string; readonly words: readonly TimedWord[] };
  /** `broken`: the voice gave up before the end of the text. */
  'tts-stopped': { readonly utterance: string; readonly broken?: boolean };
  /** The model asks for these calls, as one group. */
  'tool-calls': { readonly group: string; readonly calls: readonly ToolCallRequest[] };

  // data: what happened; survives an interruption
  /** A tool that is still running says how far it is. */
  'tool-progress': { readonly group: string; readonly callId: string; readonly name: string; readonly progress: unknown };
  'tool-result': { readonly group: string; readonly callId: string; readonly name: string; readonly outcome: ToolOutcome };
}

/** See `service-settings`. */
export interface SpeechSettings {
  /** By the name that the service has for it. */
  readonly voice?: string;
  /** A BCP 47 tag, such as `en` or `pt-BR`. */
  readonly language?: string;
}

/** What is asked of a model beside the conversation; what is left out is as the service was made. */
export interface LLMSettings {
  /** Whether tools may, may not or must be called, or which one. */
  readonly toolChoice?: 'auto' | 'none' | 'required' | { readonly name: string };
  /** How long the answer may be, tokens. */
  readonly maxTokens?: number;
  readonly temperature?: number;
}

/** What is special about something that the bot says. */
export interface UtteranceTraits {
  /** False: the user cannot cut it off; what the user says meanwhile is kept until it is over. */
  readonly interruptible?: false;
  /** The model's response that it is a part of, or stands in for: only then is it an answer to the user. */
  readonly response?: string;
  /** Not a part of the conversation, like "one moment": it answers nothing and does not go into the context. */
  readonly aside?: true;
}

/** What was recognised, and which stretch of the session's time it was spoken in. */
export interface TranscriptPayload {
  readonly text: string;
  /** Names the stretch of speech; interim results and the final of one stretch share it. */
  readonly utterance: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly language?: string;
  /** What it is called in the conversation of a server that keeps one. */
  readonly item?: string;
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
