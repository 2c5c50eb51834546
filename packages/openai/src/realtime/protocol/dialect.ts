import type { RealtimeDialect } from '../../convert/realtime-item.js';
import { clientNames, renamed, serverNames } from './event-names.js';

/**
 * A way to speak the Realtime protocol: that of October 2024, of the beta as it ended, of Azure's preview, and that of today
 * (`ga`, since August 2025) at OpenAI and at Azure.
 */
export type RealtimeDialectName = 'beta-2024-10' | 'beta' | 'azure-preview' | 'ga' | 'azure-ga';

/** What one dialect does otherwise than another. */
export interface DialectData {
  /** Whose words it uses. */
  readonly family: RealtimeDialect;
  /** The types that a client, and a server, may send. */
  readonly client: readonly string[];
  readonly server: readonly string[];
  /** Younger answers, written for whoever has asked the younger question. */
  readonly answers: readonly string[];
  /** Our name of an event → the name on the wire, where they differ. */
  readonly names: Readonly<Record<string, string>>;
  /** Our name of an event → members that are not written. */
  readonly omitted: Readonly<Record<string, readonly string[]>>;
  /** Members of sessions and responses that are not written, by their names on the wire. */
  readonly omittedSettings: readonly string[];
  /** How a session without turn detection is written. */
  readonly manualTurns: 'null' | 'none';
}

const ga: DialectData = {
  family: 'ga',
  client: clientNames.ga,
  server: serverNames.ga,
  answers: [],
  names: {},
  omitted: {},
  omittedSettings: ['temperature'],
  manualTurns: 'null',
};

const youngerThanBeta = ['type', 'truncation', 'prompt', 'include', 'reasoning', 'parallel_tool_calls'];

const beta: DialectData = {
  family: 'beta',
  client: clientNames.lateBeta,
  server: serverNames.lateBeta,
  answers: [],
  names: {
    ...Object.fromEntries(renamed.map(([wire, ours]) => [ours, wire])),
    'conversation.item.added': 'conversation.item.created',
  },
  omitted: {
    'response.function_call_arguments.done': ['name'],
    'conversation.item.input_audio_transcription.completed': ['usage', 'languages'],
  },
  omittedSettings: youngerThanBeta,
  manualTurns: 'null',
};

const october: DialectData = {
  ...beta,
  client: clientNames.october,
  server: serverNames.october,
  answers: ['conversation.item.retrieved', 'transcription_session.updated', 'output_audio_buffer.cleared'],
  omitted: { ...beta.omitted, 'response.cancel': ['response_id'] },
  omittedSettings: [...youngerThanBeta, 'tracing', 'speed', 'input_audio_noise_reduction'],
};

export const dialects: Readonly<Record<RealtimeDialectName, DialectData>> = {
  'beta-2024-10': october,
  beta,
  'azure-preview': { ...october, manualTurns: 'none' },
  ga,
  'azure-ga': ga,
};

/**
 * The types of the events that one side may send in a dialect, by their names on the wire: 9 and 28 in October 2024, 12 and 34
 * at the end of the beta, 11 and 46 today.
 *
 * @example
 * ```ts
 * console.log(realtimeEventTypes('beta-2024-10', 'client').length); // 9
 * ```
 */
export const realtimeEventTypes = (dialect: RealtimeDialectName, side: 'client' | 'server'): readonly string[] =>
  dialects[dialect][side];
