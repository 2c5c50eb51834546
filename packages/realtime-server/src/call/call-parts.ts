import type { FrameProcessor } from '@voxrill/core';
import type { RealtimeServerEvent, RealtimeSessionState } from '@voxrill/openai';

/** The line to one client, after its dialect: events are in today's words, and what carries them translates. */
export interface RealtimeWire {
  send(event: RealtimeServerEvent): void;
  /** `code`: of the WebSocket. */
  close(code: number, reason: string): void;
}

/**
 * What a pipeline that serves a Realtime client is made of, in the places of `transport.input`, of the context's user side, and
 * of `transport.output`.
 */
export interface RealtimeCallParts {
  readonly id: string;
  /** What the user says: mono audio, and where speech begins and ends. */
  readonly input: FrameProcessor<{ readonly emits: typeof inputEmits }>;
  /** Takes the transcripts and asks the model. */
  readonly conversation: FrameProcessor<{ readonly needs: typeof conversationNeeds; readonly emits: typeof conversationEmits }>;
  /** Takes what the bot says and does. */
  readonly output: FrameProcessor<{ readonly needs: typeof outputNeeds; readonly emits: readonly [] }>;
  /**
   * The session as it is configured now. The server itself acts on formats, turn detection, transcription, modalities,
   * instructions, tools, the choice of one, the most tokens and the temperature, and tells services the voice and the language.
   * The rest (`speed`, `noise_reduction`, `reasoning`, `parallel_tool_calls`, `truncation`, `include`, `tracing`) is only kept
   * and said back: a stage that can act on it looks here.
   */
  settings(): RealtimeSessionState;
  /** The voice of the response that is being spoken, or of the session. */
  voice(): string;
}

export const inputEmits = ['input-audio', 'vad-user-started-speaking', 'vad-user-stopped-speaking'] as const;
export const conversationNeeds = ['transcription'] as const;
export const conversationEmits = ['llm-context'] as const;
export const outputNeeds = [['llm-text', 'tts-audio']] as const;

/**
 * Makes the pipeline of one call.
 *
 * @example
 * ```ts
 * import { pipeline } from '@voxrill/core';
 * import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
 *
 * const cascade: MakePipeline = (call) =>
 *   pipeline(call.input, fakeSTT(), call.conversation, fakeLLM(), fakeTTS(), call.output);
 * ```
 */
export type MakePipeline = (call: RealtimeCallParts) => FrameProcessor;
