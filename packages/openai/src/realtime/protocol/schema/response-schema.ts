import { z } from 'zod';
import { list, maybe, metadata, modalities, tokenLimit } from './field.js';
import { inputItemSchema, itemSchema } from './item-schema.js';
import { prompt, reasoning, responseAudio, toolChoice, tools } from './session-schema.js';

const common = {
  output_modalities: maybe(modalities),
  audio: maybe(responseAudio),
  max_output_tokens: maybe(tokenLimit),
  metadata: maybe(metadata),
  /** Of the beta only. */
  temperature: maybe(z.number().min(0).max(2)),
};

export const responseParamsSchema = z.object({
  ...common,
  instructions: maybe(z.string()),
  tools: maybe(tools),
  tool_choice: maybe(toolChoice),
  parallel_tool_calls: maybe(z.boolean()),
  reasoning: maybe(reasoning),
  prompt: maybe(prompt),
  /** `none`: beside the conversation, which it neither waits for nor adds to. */
  conversation: maybe(z.string()),
  /** Instead of the conversation; an empty list is an empty context. */
  input: maybe(list(inputItemSchema, 2048)),
});

const count = maybe(z.number());
const counts = { text_tokens: count, audio_tokens: count, image_tokens: count };

const usage = z.object({
  total_tokens: count,
  /** Includes the cached ones. */
  input_tokens: count,
  output_tokens: count,
  input_token_details: maybe(z.object({ ...counts, cached_tokens: count, cached_tokens_details: maybe(z.object(counts)) })),
  output_token_details: maybe(z.object(counts)),
});

export const responseSchema = z.object({
  ...common,
  id: z.string(),
  object: maybe(z.literal('realtime.response')),
  status: maybe(z.enum(['in_progress', 'completed', 'cancelled', 'incomplete', 'failed'])),
  status_details: maybe(
    z.object({
      type: maybe(z.enum(['completed', 'cancelled', 'incomplete', 'failed'])),
      reason: maybe(z.enum(['turn_detected', 'client_cancelled', 'max_output_tokens', 'content_filter', 'interruption'])),
      error: maybe(z.object({ type: maybe(z.string()), code: maybe(z.string()), message: maybe(z.string()) })),
    }),
  ),
  output: maybe(list(itemSchema, 2048)),
  /** Null of a response beside the conversation. */
  conversation_id: maybe(z.string()),
  usage: maybe(usage),
});

/** What one response is asked to be; what is not said is taken from the session. */
export type RealtimeResponseParams = z.output<typeof responseParamsSchema>;
/** A response as the server tells of it. */
export type RealtimeResponse = z.output<typeof responseSchema>;
/** The tokens that a response took. */
export type RealtimeUsage = z.output<typeof usage>;
