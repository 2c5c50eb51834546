import type { RealtimeInputItem } from './schema/item-schema.js';
import type { RealtimeResponseParams } from './schema/response-schema.js';
import type { RealtimeSessionState } from './session-state.js';

/** What one response is to be, after what was asked of it is laid over its session. */
export interface RealtimeResponseSettings
  extends Pick<
    RealtimeSessionState,
    'output_modalities' | 'instructions' | 'tools' | 'tool_choice' | 'max_output_tokens' | 'temperature'
  > {
  readonly audio: { readonly output: Pick<RealtimeSessionState['audio']['output'], 'format' | 'voice'> };
  /** Whether it belongs to the conversation, or is beside it. */
  readonly conversation: 'auto' | 'none';
  readonly metadata: Readonly<Record<string, string>> | null;
  /** Instead of the conversation. */
  readonly input?: readonly RealtimeInputItem[];
}

/**
 * Lays what a `response.create` asks over the session, for this response only: instructions replace those of the session, and
 * null says nothing. Later updates of the session do not reach the outcome.
 *
 * @example
 * ```ts
 * const session = defaultSession({ id: 'sess_1', model: 'anything', dialect: 'ga' });
 * console.log(responseSettings(session, { output_modalities: ['text'] }).output_modalities); // [ 'text' ]
 * ```
 */
export function responseSettings(
  session: RealtimeSessionState,
  params: RealtimeResponseParams | null | undefined,
): RealtimeResponseSettings {
  const temperature = params?.temperature ?? session.temperature;
  return {
    output_modalities: params?.output_modalities ?? session.output_modalities,
    instructions: params?.instructions ?? session.instructions,
    audio: {
      output: {
        format: params?.audio?.output?.format ?? session.audio.output.format,
        voice: params?.audio?.output?.voice ?? session.audio.output.voice,
      },
    },
    tools: params?.tools ?? session.tools,
    tool_choice: params?.tool_choice ?? session.tool_choice,
    max_output_tokens: params?.max_output_tokens ?? session.max_output_tokens,
    ...(temperature === undefined ? {} : { temperature }),
    conversation: params?.conversation === 'none' ? 'none' : 'auto',
    metadata: params?.metadata ?? null,
    ...(params?.input === undefined || params.input === null ? {} : { input: params.input }),
  };
}
