/** What an end-to-end model stands on, and what it makes. */
export const realtimeFit = {
  needs: [['input-audio', 'llm-context', 'input-text']],
  emits: [
    'transcription',
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
