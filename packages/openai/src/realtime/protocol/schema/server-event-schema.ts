import { z } from 'zod';
import { anyObject, list, maybe } from './field.js';
import { itemSchema } from './item-schema.js';
import { responseSchema } from './response-schema.js';
import { sessionSchema } from './session-schema.js';

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), event_id: maybe(z.string()), ...shape });

const text = z.string();
const itemId = { item_id: text };
const placed = { previous_item_id: maybe(text), item: itemSchema };
const ofResponse = { response_id: text, item_id: text, output_index: z.int() };
const ofPart = { ...ofResponse, content_index: z.int() };
const ofTranscript = { item_id: text, content_index: z.int() };
const ofCall = { ...ofResponse, call_id: text };
const ofMcpCall = { output_index: z.int(), item_id: text };
const ofOutput = { response_id: text, output_index: z.int(), item: itemSchema };
const ofBuffer = { response_id: text };
const part = z.object({
  type: maybe(z.enum(['audio', 'text'])),
  text: maybe(text),
  audio: maybe(text),
  transcript: maybe(text),
});
const logprobs = maybe(list(anyObject, 65536));
const failure = { type: maybe(text), code: maybe(text), message: maybe(text), param: maybe(text) };
const transcriptionUsage = z.object({
  type: text,
  seconds: maybe(z.number()),
  input_tokens: maybe(z.number()),
  output_tokens: maybe(z.number()),
  total_tokens: maybe(z.number()),
  input_token_details: maybe(z.object({ text_tokens: maybe(z.number()), audio_tokens: maybe(z.number()) })),
});
const rateLimit = z.object({
  name: maybe(text),
  limit: maybe(z.number()),
  remaining: maybe(z.number()),
  reset_seconds: maybe(z.number()),
});

/** What a server may send, by type, in the words of today; the dialects are translated to it. */
export const serverEventSchemas = {
  'session.created': event('session.created', { session: sessionSchema }),
  'session.updated': event('session.updated', { session: sessionSchema }),
  'conversation.created': event('conversation.created', {
    conversation: z.object({ id: maybe(text), object: maybe(text) }),
  }),
  'conversation.item.added': event('conversation.item.added', placed),
  'conversation.item.done': event('conversation.item.done', placed),
  'conversation.item.retrieved': event('conversation.item.retrieved', { item: itemSchema }),
  'conversation.item.truncated': event('conversation.item.truncated', { ...ofTranscript, audio_end_ms: z.int() }),
  'conversation.item.deleted': event('conversation.item.deleted', itemId),
  'conversation.item.input_audio_transcription.delta': event('conversation.item.input_audio_transcription.delta', {
    item_id: text,
    content_index: maybe(z.int()),
    delta: maybe(text),
    logprobs,
  }),
  'conversation.item.input_audio_transcription.completed': event('conversation.item.input_audio_transcription.completed', {
    ...ofTranscript,
    transcript: text,
    languages: maybe(list(z.object({ code: text }), 128)),
    logprobs,
    usage: maybe(transcriptionUsage),
  }),
  'conversation.item.input_audio_transcription.segment': event('conversation.item.input_audio_transcription.segment', {
    ...ofTranscript,
    text,
    id: text,
    speaker: text,
    start: z.number(),
    end: z.number(),
  }),
  'conversation.item.input_audio_transcription.failed': event('conversation.item.input_audio_transcription.failed', {
    ...ofTranscript,
    error: z.object(failure),
  }),
  'input_audio_buffer.speech_started': event('input_audio_buffer.speech_started', { ...itemId, audio_start_ms: z.int() }),
  'input_audio_buffer.speech_stopped': event('input_audio_buffer.speech_stopped', { ...itemId, audio_end_ms: z.int() }),
  'input_audio_buffer.committed': event('input_audio_buffer.committed', { ...itemId, previous_item_id: maybe(text) }),
  'input_audio_buffer.cleared': event('input_audio_buffer.cleared', {}),
  'input_audio_buffer.timeout_triggered': event('input_audio_buffer.timeout_triggered', {
    ...itemId,
    audio_start_ms: z.int(),
    audio_end_ms: z.int(),
  }),
  'input_audio_buffer.dtmf_event_received': event('input_audio_buffer.dtmf_event_received', {
    event: text,
    received_at: z.number(),
  }),
  'output_audio_buffer.started': event('output_audio_buffer.started', ofBuffer),
  'output_audio_buffer.stopped': event('output_audio_buffer.stopped', ofBuffer),
  'output_audio_buffer.cleared': event('output_audio_buffer.cleared', ofBuffer),
  'response.created': event('response.created', { response: responseSchema }),
  'response.done': event('response.done', { response: responseSchema }),
  'rate_limits.updated': event('rate_limits.updated', { rate_limits: list(rateLimit, 64) }),
  'response.output_item.added': event('response.output_item.added', ofOutput),
  'response.output_item.done': event('response.output_item.done', ofOutput),
  'response.content_part.added': event('response.content_part.added', { ...ofPart, part }),
  'response.content_part.done': event('response.content_part.done', { ...ofPart, part }),
  'response.output_audio.delta': event('response.output_audio.delta', { ...ofPart, delta: text }),
  'response.output_audio.done': event('response.output_audio.done', ofPart),
  'response.output_audio_transcript.delta': event('response.output_audio_transcript.delta', { ...ofPart, delta: text }),
  'response.output_audio_transcript.done': event('response.output_audio_transcript.done', { ...ofPart, transcript: text }),
  'response.output_text.delta': event('response.output_text.delta', { ...ofPart, delta: text }),
  'response.output_text.done': event('response.output_text.done', { ...ofPart, text }),
  'response.function_call_arguments.delta': event('response.function_call_arguments.delta', { ...ofCall, delta: text }),
  'response.function_call_arguments.done': event('response.function_call_arguments.done', {
    ...ofCall,
    name: maybe(text),
    arguments: text,
  }),
  'response.mcp_call_arguments.delta': event('response.mcp_call_arguments.delta', {
    ...ofResponse,
    delta: text,
    obfuscation: maybe(text),
  }),
  'response.mcp_call_arguments.done': event('response.mcp_call_arguments.done', { ...ofResponse, arguments: text }),
  'response.mcp_call.in_progress': event('response.mcp_call.in_progress', ofMcpCall),
  'response.mcp_call.completed': event('response.mcp_call.completed', ofMcpCall),
  'response.mcp_call.failed': event('response.mcp_call.failed', ofMcpCall),
  'mcp_list_tools.in_progress': event('mcp_list_tools.in_progress', itemId),
  'mcp_list_tools.completed': event('mcp_list_tools.completed', itemId),
  'mcp_list_tools.failed': event('mcp_list_tools.failed', itemId),
  error: event('error', {
    error: z.object({ ...failure, type: text, message: text, event_id: maybe(text) }),
  }),
};

/** The type of a server event. */
export type RealtimeServerEventType = keyof typeof serverEventSchemas;
/** An event that a server sends, in the one shape that the code knows. */
export type RealtimeServerEvent = {
  [T in RealtimeServerEventType]: z.output<(typeof serverEventSchemas)[T]>;
}[RealtimeServerEventType];
