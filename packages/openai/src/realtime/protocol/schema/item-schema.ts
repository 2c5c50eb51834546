import { z } from 'zod';
import { anyObject, audioText, list, maybe } from './field.js';

const header = {
  id: maybe(z.string()),
  object: maybe(z.literal('realtime.item')),
  /** `incomplete`: it was cut off. */
  status: maybe(z.enum(['in_progress', 'completed', 'incomplete'])),
};

const inputText = z.object({ type: z.literal('input_text'), text: z.string() });
const inputAudio = z.object({ type: z.literal('input_audio'), audio: maybe(audioText), transcript: maybe(z.string()) });
const inputImage = z.object({
  type: z.literal('input_image'),
  image_url: maybe(z.string()),
  detail: maybe(z.enum(['auto', 'low', 'high', 'original'])),
});
const outputText = z.object({ type: z.literal('output_text'), text: z.string() });
const outputAudio = z.object({ type: z.literal('output_audio'), transcript: maybe(z.string()), audio: maybe(audioText) });

const content = <T extends z.ZodType>(part: T) => list(part, 128);

const message = z.discriminatedUnion('role', [
  z.object({
    ...header,
    type: z.literal('message'),
    role: z.literal('system'),
    content: content(z.discriminatedUnion('type', [inputText])),
  }),
  z.object({
    ...header,
    type: z.literal('message'),
    role: z.literal('user'),
    content: content(z.discriminatedUnion('type', [inputText, inputAudio, inputImage])),
  }),
  z.object({
    ...header,
    type: z.literal('message'),
    role: z.literal('assistant'),
    content: content(z.discriminatedUnion('type', [outputText, outputAudio])),
  }),
]);

const functionCall = z.object({
  ...header,
  type: z.literal('function_call'),
  call_id: maybe(z.string()),
  name: z.string(),
  /** JSON text, which nobody has checked. */
  arguments: z.string(),
});

const functionCallOutput = z.object({
  ...header,
  type: z.literal('function_call_output'),
  call_id: z.string(),
  output: z.string(),
});

const mcpListTools = z.object({
  type: z.literal('mcp_list_tools'),
  id: maybe(z.string()),
  server_label: z.string(),
  tools: list(z.object({ name: z.string(), input_schema: anyObject, description: maybe(z.string()) }), 1024),
});

const mcpCalled = { id: z.string(), server_label: z.string(), name: z.string(), arguments: z.string() };
const mcpCall = z.object({
  ...mcpCalled,
  type: z.literal('mcp_call'),
  approval_request_id: maybe(z.string()),
  output: maybe(z.string()),
  error: z.unknown().optional(),
});
const mcpApprovalRequest = z.object({ ...mcpCalled, type: z.literal('mcp_approval_request') });
const mcpApprovalResponse = z.object({
  type: z.literal('mcp_approval_response'),
  id: z.string(),
  approval_request_id: z.string(),
  approve: z.boolean(),
  reason: maybe(z.string()),
});

export const itemSchema = z.discriminatedUnion('type', [
  message,
  functionCall,
  functionCallOutput,
  mcpListTools,
  mcpCall,
  mcpApprovalRequest,
  mcpApprovalResponse,
]);

/** An item given for one response: a whole one, or the name of one that the conversation has. */
export const inputItemSchema = z.discriminatedUnion('type', [
  itemSchema,
  z.object({ type: z.literal('item_reference'), id: z.string() }),
]);

/** An item of a conversation in the words that the rest of the code uses, those of today: what is said is `output_text` and `output_audio`. */
export type RealtimeConversationItem = z.output<typeof itemSchema>;

/** A {@link RealtimeConversationItem}, or a reference to one. */
export type RealtimeInputItem = z.output<typeof inputItemSchema>;
