import type {
  RealtimeAudioFormat,
  RealtimeSession,
  RealtimeSessionTool,
  RealtimeToolChoice,
  RealtimeTranscription,
  RealtimeTurnDetection,
  RealtimeVoice,
} from './schema/session-schema.js';

type Realtime = Extract<RealtimeSession, { type: 'realtime' }>;
type Input = NonNullable<NonNullable<Realtime['audio']>['input']>;

/** The whole configuration of a session as a server holds it: what was never set has its default. */
export interface RealtimeSessionState {
  readonly type: 'realtime' | 'transcription';
  readonly id: string;
  readonly object: 'realtime.session' | 'realtime.transcription_session';
  readonly model: string;
  /** Seconds since 1970. */
  readonly expires_at?: number;
  readonly output_modalities: readonly ('text' | 'audio')[];
  readonly instructions: string;
  readonly audio: {
    readonly input: {
      readonly format: RealtimeAudioFormat;
      readonly transcription: RealtimeTranscription | null;
      readonly noise_reduction: Exclude<Input['noise_reduction'], undefined>;
      readonly turn_detection: RealtimeTurnDetection | null;
    };
    readonly output: { readonly format: RealtimeAudioFormat; readonly voice: RealtimeVoice; readonly speed?: number };
  };
  readonly tools: readonly RealtimeSessionTool[];
  readonly tool_choice: RealtimeToolChoice;
  readonly max_output_tokens: number | 'inf';
  readonly truncation?: NonNullable<Realtime['truncation']>;
  readonly tracing?: Exclude<Realtime['tracing'], undefined>;
  readonly prompt?: Exclude<Realtime['prompt'], undefined>;
  readonly include?: Exclude<Realtime['include'], undefined>;
  readonly parallel_tool_calls?: boolean;
  readonly reasoning?: NonNullable<Realtime['reasoning']>;
  /** Of the beta; not written today. */
  readonly temperature?: number;
}
