import type { OpenRealtimeSocket } from '../link/realtime-socket.js';
import type { RealtimeTargetOptions } from '../link/realtime-target.js';
import { dialects } from '../protocol/dialect.js';
import type {
  RealtimeAudioFormat,
  RealtimeSession,
  RealtimeToolChoice,
  RealtimeTranscription,
  RealtimeTurnDetection,
  RealtimeVoice,
} from '../protocol/schema/session-schema.js';

type Settings = Extract<RealtimeSession, { type: 'realtime' }>;

/** Options of `openaiRealtime`. */
export interface OpenAIRealtimeOptions extends RealtimeTargetOptions {
  /** @defaultValue 'openai-realtime' */
  readonly name?: string;
  /** Any name that the service knows. @defaultValue the service's own */
  readonly voice?: RealtimeVoice;
  /** What the model is to be, where the conversation has no system message at its head. */
  readonly instructions?: string;
  /**
   * Who finds the turns of the user: the service, by its `server_vad` or `semantic_vad`, or `own`: the turn options of the
   * context pair, with a detector before it or a button.
   * @defaultValue `{ type: 'server_vad' }`
   */
  readonly turnDetection?: RealtimeTurnDetection | 'own';
  /** By which model what the user says is written down; false: not at all. @defaultValue `{ model: 'gpt-4o-mini-transcribe' }`; in the beta `whisper-1` */
  readonly transcription?: RealtimeTranscription | false;
  readonly noiseReduction?: 'near_field' | 'far_field';
  /** `text`: the model writes, and a voice behind it may speak. @defaultValue 'audio' */
  readonly output?: 'audio' | 'text';
  /** How audio travels: PCM of 24 kHz, or G.711 of 8 kHz. @defaultValue `audio/pcm` */
  readonly audioFormat?: RealtimeAudioFormat['type'];
  /** 1 is as the voice speaks; from 0.25 to 1.5. */
  readonly speed?: number;
  readonly toolChoice?: RealtimeToolChoice;
  /** How long an answer may be, calls included. */
  readonly maxOutputTokens?: number | 'inf';
  /** Whatever else a session can be told, in the words of the protocol; it wins over the options above. */
  readonly session?: Omit<Settings, 'type'>;
  /**
   * How a conversation that went before is told to a new connection: item by item, or packed into one message of the user,
   * for models that take to writing when they see that they have written.
   * @defaultValue 'items'
   */
  readonly history?: 'items' | 'packed';
  /** How long a session of the service lasts where it does not say. @defaultValue 3_600_000 */
  readonly sessionLimitMs?: number;
  /** How long before that a quiet moment is looked for to go over to a new one. @defaultValue 120_000, but at most a quarter of the limit */
  readonly renewMs?: number;
  /** How long the first connection may take. @defaultValue 15_000 */
  readonly connectMs?: number;
  /** How long the service is tried for, when the connection broke, before it is given up. @defaultValue 60_000 */
  readonly reconnectMs?: number;
  /** How long an answer may be without a sign of life. @defaultValue 20_000 */
  readonly answerMs?: number;
  /** How much of the user's voice is kept while there is no connection, up to 240_000. @defaultValue 60_000 */
  readonly keepAudioMs?: number;
  /** What the service's `expires_at` is held against. @defaultValue `wallTime` */
  readonly wallClock?: () => Pick<Date, 'getTime'>;
  /** Chance from 0 to below 1, by which the waits between attempts to reconnect differ. @defaultValue `Math.random` */
  readonly random?: () => number;
  /** Opens the sockets. @defaultValue real ones */
  readonly open?: OpenRealtimeSocket;
}

/** The settings of a session, without what the conversation says: instructions and tools. */
export function sessionSettings(options: OpenAIRealtimeOptions): Settings {
  const { dialect = 'ga', voice, turnDetection = { type: 'server_vad' }, noiseReduction, output = 'audio', speed } = options;
  const { audioFormat = 'audio/pcm', toolChoice, maxOutputTokens, session = {} } = options;
  const usual = { model: dialects[dialect].family === 'beta' ? 'whisper-1' : 'gpt-4o-mini-transcribe' };
  const { transcription = usual } = options;
  const format: RealtimeAudioFormat = audioFormat === 'audio/pcm' ? { type: audioFormat, rate: 24000 } : { type: audioFormat };
  const { audio, ...rest } = session;
  return {
    type: 'realtime',
    output_modalities: [output],
    ...(toolChoice === undefined ? {} : { tool_choice: toolChoice }),
    ...(maxOutputTokens === undefined ? {} : { max_output_tokens: maxOutputTokens }),
    ...rest,
    audio: {
      input: {
        format,
        turn_detection: turnDetection === 'own' ? null : turnDetection,
        transcription: transcription === false ? null : transcription,
        ...(noiseReduction === undefined ? {} : { noise_reduction: { type: noiseReduction } }),
        ...audio?.input,
      },
      output: {
        format,
        ...(voice === undefined ? {} : { voice }),
        ...(speed === undefined ? {} : { speed }),
        ...audio?.output,
      },
    },
  };
}
