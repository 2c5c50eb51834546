/** Attributes of the OpenTelemetry conventions for generative AI (status: development), as of version 1.41. */
export const genAI = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  conversation: 'gen_ai.conversation.id',
  requestModel: 'gen_ai.request.model',
  responseId: 'gen_ai.response.id',
  outputType: 'gen_ai.output.type',
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  toolName: 'gen_ai.tool.name',
  toolCallId: 'gen_ai.tool.call.id',
  toolType: 'gen_ai.tool.type',
  toolArguments: 'gen_ai.tool.call.arguments',
  toolResult: 'gen_ai.tool.call.result',
} as const;

/** What no convention has a name for. Durations are milliseconds. */
export const own = {
  processor: 'voxrill.processor',
  turn: 'voxrill.turn',
  initiator: 'voxrill.turn.initiator',
  endOfTurnMs: 'voxrill.turn.end_of_turn_ms',
  userText: 'voxrill.turn.user_text',
  interrupted: 'voxrill.interrupted',
  unfinished: 'voxrill.unfinished',
  endReason: 'voxrill.end_reason',
  turns: 'voxrill.turns',
  transcript: 'voxrill.stt.transcript',
  audioMs: 'voxrill.stt.audio_ms',
  finalMs: 'voxrill.stt.final_ms',
  language: 'voxrill.stt.language',
  utterance: 'voxrill.utterance',
  characters: 'voxrill.tts.characters',
  ttsText: 'voxrill.tts.text',
  ttfbMs: 'voxrill.ttfb_ms',
  toolStatus: 'voxrill.tool.status',
  voiceToVoiceMs: 'voxrill.latency.voice_to_voice_ms',
  textToVoiceMs: 'voxrill.latency.text_to_voice_ms',
  latencyPrefix: 'voxrill.latency.',
} as const;

/** Where a metric of tokens goes. */
export const usageAttributes: Readonly<Record<string, string>> = {
  'prompt-tokens': 'gen_ai.usage.input_tokens',
  'completion-tokens': 'gen_ai.usage.output_tokens',
  'cached-prompt-tokens': 'gen_ai.usage.cache_read.input_tokens',
  'reasoning-tokens': 'gen_ai.usage.reasoning.output_tokens',
  'prompt-audio-tokens': 'voxrill.usage.input_audio_tokens',
  'cached-prompt-audio-tokens': 'voxrill.usage.cache_read_input_audio_tokens',
  'completion-audio-tokens': 'voxrill.usage.output_audio_tokens',
};
