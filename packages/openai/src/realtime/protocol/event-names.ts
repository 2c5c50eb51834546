// The events of each era, by the names that they have on the wire. Sources: the published API descriptions of 17 October 2024,
// 29 April 2025 and 21 August 2026.

const clientFromTheStart = [
  'session.update',
  'input_audio_buffer.append',
  'input_audio_buffer.commit',
  'input_audio_buffer.clear',
  'conversation.item.create',
  'conversation.item.truncate',
  'conversation.item.delete',
  'response.create',
  'response.cancel',
] as const;

const clientSinceLateBeta = ['conversation.item.retrieve', 'output_audio_buffer.clear'] as const;

export const clientNames = {
  october: clientFromTheStart,
  lateBeta: [...clientFromTheStart, ...clientSinceLateBeta, 'transcription_session.update'],
  ga: [...clientFromTheStart, ...clientSinceLateBeta],
} as const;

const serverFromTheStart = [
  'error',
  'session.created',
  'session.updated',
  'conversation.created',
  'conversation.item.created',
  'conversation.item.truncated',
  'conversation.item.deleted',
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.input_audio_transcription.failed',
  'input_audio_buffer.committed',
  'input_audio_buffer.cleared',
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'response.created',
  'response.done',
  'response.output_item.added',
  'response.output_item.done',
  'response.content_part.added',
  'response.content_part.done',
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  'rate_limits.updated',
] as const;

/** What was renamed: the name in the beta, and the name of today, which is also ours. */
export const renamed = [
  ['response.text.delta', 'response.output_text.delta'],
  ['response.text.done', 'response.output_text.done'],
  ['response.audio.delta', 'response.output_audio.delta'],
  ['response.audio.done', 'response.output_audio.done'],
  ['response.audio_transcript.delta', 'response.output_audio_transcript.delta'],
  ['response.audio_transcript.done', 'response.output_audio_transcript.done'],
] as const;

const serverSinceLateBeta = [
  'conversation.item.retrieved',
  'conversation.item.input_audio_transcription.delta',
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
  'output_audio_buffer.cleared',
] as const;

const serverSinceGa = [
  'conversation.item.added',
  'conversation.item.done',
  'conversation.item.input_audio_transcription.segment',
  'input_audio_buffer.timeout_triggered',
  'input_audio_buffer.dtmf_event_received',
  'response.mcp_call_arguments.delta',
  'response.mcp_call_arguments.done',
  'response.mcp_call.in_progress',
  'response.mcp_call.completed',
  'response.mcp_call.failed',
  'mcp_list_tools.in_progress',
  'mcp_list_tools.completed',
  'mcp_list_tools.failed',
] as const;

const october = [...serverFromTheStart, ...renamed.map(([beta]) => beta)];

export const serverNames = {
  october,
  lateBeta: [...october, ...serverSinceLateBeta, 'transcription_session.updated'],
  ga: [...serverFromTheStart, ...renamed.map(([, ga]) => ga), ...serverSinceLateBeta, ...serverSinceGa],
} as const;

/** Names that are understood and never written; those with an underscore too many are misprints of Azure's first description. */
export const alsoUnderstood = [
  ['transcription_session.created', 'session.created'],
  ['input_audio_buffer_committed', 'input_audio_buffer.committed'],
  ['input_audio_buffer_cleared', 'input_audio_buffer.cleared'],
  ['conversation.item_input_audio_transcription.failed', 'conversation.item.input_audio_transcription.failed'],
  ['conversation.item.audio_transcription.completed', 'conversation.item.input_audio_transcription.completed'],
] as const;
