/**
 * What an end-to-end model stands on, and what it makes: it takes the place of recogniser, language model and voice. It says in a
 * `service-metadata` frame that it is `realtime`, and keeps the conversation that `llm-context-changed` and `llm-context` tell it.
 *
 * @example
 * ```ts
 * const mute = defineProcessor('mute-model', {}, { fit: realtimeFit });
 * ```
 */
export const realtimeFit = {
  needs: [['input-audio', 'llm-context', 'input-text']],
  emits: [
    'transcription',
    'interim-transcription',
    'vad-user-started-speaking',
    'vad-user-stopped-speaking',
    'llm-response-start',
    'llm-text',
    'llm-response-end',
    'tts-started',
    'tts-text',
    'tts-audio',
    'tts-stopped',
    'tool-calls',
    'metrics',
    'service-metadata',
  ],
} as const;
