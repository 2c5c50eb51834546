import { dialects, type RealtimeDialectName } from './dialect.js';
import { mergeSession } from './merge-session.js';
import type { RealtimeAudioFormat, RealtimeSession } from './schema/session-schema.js';
import type { RealtimeSessionState } from './session-state.js';
import { completeTurnDetection } from './turn-detection.js';

/** Options of {@link defaultSession}. */
export interface DefaultSessionOptions {
  readonly id: string;
  readonly model: string;
  readonly dialect: RealtimeDialectName;
  /** Seconds since 1970. */
  readonly expiresAt?: number;
  /** Defaults of the server itself, over those of the protocol. */
  readonly settings?: RealtimeSession;
}

const pcm: RealtimeAudioFormat = { type: 'audio/pcm', rate: 24000 };

/**
 * The session that a connection begins with: audio and text out, PCM of 24 kHz both ways, server VAD of 500 ms, no
 * transcription, voice `alloy`; in the beta a temperature of 0.8. Voices and models are any text.
 *
 * @example
 * ```ts
 * const session = defaultSession({ id: 'sess_1', model: 'anything', dialect: 'ga' });
 * console.log(session.audio.input.turn_detection?.type); // server_vad
 * ```
 */
export function defaultSession({ id, model, dialect, expiresAt, settings }: DefaultSessionOptions): RealtimeSessionState {
  const state: RealtimeSessionState = {
    type: 'realtime',
    id,
    object: 'realtime.session',
    model,
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
    output_modalities: ['audio'],
    instructions: '',
    audio: {
      input: {
        format: pcm,
        transcription: null,
        noise_reduction: null,
        turn_detection: completeTurnDetection({ type: 'server_vad' }),
      },
      output: { format: pcm, voice: 'alloy' },
    },
    tools: [],
    tool_choice: 'auto',
    max_output_tokens: 'inf',
  };
  const ofDialect: RealtimeSession =
    dialects[dialect].family === 'beta'
      ? { type: 'realtime', temperature: 0.8 }
      : { type: 'realtime', audio: { output: { speed: 1 } }, truncation: 'auto', tracing: null, prompt: null, include: null };
  const begun = mergeSession(state, ofDialect);
  return settings === undefined ? begun : mergeSession(begun, settings);
}
