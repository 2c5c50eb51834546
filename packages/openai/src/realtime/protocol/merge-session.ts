import type { RealtimeSession } from './schema/session-schema.js';
import type { RealtimeSessionState } from './session-state.js';
import { completeTurnDetection } from './turn-detection.js';

/** Null switches these off. */
const clearable = ['tracing', 'prompt', 'include'] as const;
/** Null says nothing about these; an empty text or list is what clears them. */
const settable = [
  'output_modalities',
  'instructions',
  'tools',
  'tool_choice',
  'max_output_tokens',
  'truncation',
  'parallel_tool_calls',
  'reasoning',
  'temperature',
] as const;

/**
 * What a session is after an update. Only what the update names changes: null switches off turn detection, transcription, noise
 * reduction, tracing, the prompt and what is included, and says nothing about the rest; `''` clears the instructions, `[]` the
 * tools. Turn detection is given anew as a whole, with defaults for what it does not say. Identity and model never change.
 *
 * @example
 * ```ts
 * const session = defaultSession({ id: 'sess_1', model: 'anything', dialect: 'ga' });
 * const manual = mergeSession(session, { type: 'realtime', audio: { input: { turn_detection: null } } });
 * console.log(manual.audio.input.turn_detection); // null
 * ```
 */
export function mergeSession(state: RealtimeSessionState, update: RealtimeSession): RealtimeSessionState {
  const transcribes = update.type === 'transcription';
  const output = transcribes ? undefined : update.audio?.output;
  const input = update.audio?.input;
  const turns = input?.turn_detection;
  return {
    ...state,
    type: update.type,
    object: transcribes ? 'realtime.transcription_session' : 'realtime.session',
    ...pick(update, settable, (value) => value !== undefined && value !== null),
    ...pick(update, clearable, (value) => value !== undefined),
    audio: {
      input: {
        format: input?.format ?? state.audio.input.format,
        transcription: input?.transcription === undefined ? state.audio.input.transcription : input.transcription,
        noise_reduction: input?.noise_reduction === undefined ? state.audio.input.noise_reduction : input.noise_reduction,
        turn_detection:
          turns === undefined ? state.audio.input.turn_detection : turns === null ? null : completeTurnDetection(turns),
      },
      output: {
        ...state.audio.output,
        ...pick(output ?? {}, ['format', 'voice', 'speed'] as const, (value) => value !== undefined && value !== null),
      },
    },
  };
}

function pick<T extends object>(from: T, members: readonly PropertyKey[], if_: (value: unknown) => boolean): object {
  return Object.fromEntries(Object.entries(from).filter(([member, value]) => members.includes(member) && if_(value)));
}
