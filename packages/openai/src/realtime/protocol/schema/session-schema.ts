import { z } from 'zod';
import { anyObject, list, maybe, modalities, tokenLimit } from './field.js';

const audioFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('audio/pcm'), rate: maybe(z.literal(24000)) }),
  z.object({ type: z.literal('audio/pcmu') }),
  z.object({ type: z.literal('audio/pcma') }),
]);

export const transcription = z.object({
  model: maybe(z.string()),
  language: maybe(z.string()),
  prompt: maybe(z.string()),
  languages: maybe(list(z.string(), 128)),
  keywords: maybe(list(z.string(), 1024)),
  delay: maybe(z.string()),
});

const replies = { create_response: maybe(z.boolean()), interrupt_response: maybe(z.boolean()) };
export const turnDetection = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('server_vad'),
    threshold: maybe(z.number().min(0).max(1)),
    prefix_padding_ms: maybe(z.int().min(0)),
    silence_duration_ms: maybe(z.int().min(0)),
    idle_timeout_ms: maybe(z.int().min(5000).max(30000)),
    ...replies,
  }),
  z.object({ type: z.literal('semantic_vad'), eagerness: maybe(z.enum(['low', 'medium', 'high', 'auto'])), ...replies }),
]);

const functionTool = z.object({
  type: z.literal('function'),
  name: z.string(),
  description: maybe(z.string()),
  parameters: maybe(anyObject),
});
/** Tools that the server calls by itself; what else they say is for the server and is kept as it is. */
const mcpTool = z.object({ type: z.literal('mcp'), server_label: z.string() });

/** Voices and models are names that only the service knows: any text will do. */
export const voice = z.union([z.string(), z.object({ id: z.string() })]);

export const tools = list(z.discriminatedUnion('type', [functionTool, mcpTool]), 1024);
export const toolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.object({ type: z.literal('function'), name: z.string() }),
  z.object({ type: z.literal('mcp'), server_label: z.string(), name: maybe(z.string()) }),
]);
export const reasoning = z.object({ effort: maybe(z.string()) });
export const prompt = z.object({ id: z.string(), version: maybe(z.string()), variables: maybe(anyObject) });
export const responseAudio = z.object({ output: maybe(z.object({ format: maybe(audioFormat), voice: maybe(voice) })) });

const audioInput = z.object({
  format: maybe(audioFormat),
  transcription: maybe(transcription),
  noise_reduction: maybe(z.object({ type: maybe(z.enum(['near_field', 'far_field'])), strength: maybe(z.number()) })),
  turn_detection: maybe(turnDetection),
});
const audioOutput = z.object({
  format: maybe(audioFormat),
  voice: maybe(voice),
  speed: maybe(z.number().min(0.25).max(1.5)),
});

const header = {
  id: maybe(z.string()),
  object: maybe(z.string()),
  model: maybe(z.string()),
  expires_at: maybe(z.number()),
  include: maybe(list(z.string(), 64)),
};

const realtime = z.object({
  ...header,
  type: z.literal('realtime'),
  output_modalities: maybe(modalities),
  instructions: maybe(z.string()),
  audio: maybe(z.object({ input: maybe(audioInput), output: maybe(audioOutput) })),
  tools: maybe(tools),
  tool_choice: maybe(toolChoice),
  parallel_tool_calls: maybe(z.boolean()),
  reasoning: maybe(reasoning),
  max_output_tokens: maybe(tokenLimit),
  truncation: maybe(
    z.union([
      z.enum(['auto', 'disabled']),
      z.object({
        type: z.literal('retention_ratio'),
        retention_ratio: z.number().min(0).max(1),
        token_limits: maybe(z.object({ post_instructions: maybe(z.int().min(0)) })),
      }),
    ]),
  ),
  prompt: maybe(prompt),
  tracing: maybe(
    z.union([
      z.literal('auto'),
      z.object({ workflow_name: maybe(z.string()), group_id: maybe(z.string()), metadata: maybe(anyObject) }),
    ]),
  ),
  /** Of the beta only; kept for the model behind a server of our own. */
  temperature: maybe(z.number().min(0).max(2)),
});

const transcribing = z.object({
  ...header,
  type: z.literal('transcription'),
  audio: maybe(z.object({ input: maybe(audioInput) })),
});

export const sessionSchema = z.discriminatedUnion('type', [realtime, transcribing]);

/** The configuration of a session, as far as it is said: in an update what shall change, in an answer what holds. */
export type RealtimeSession = z.output<typeof sessionSchema>;
/** A tool of a session: a function that the client runs, or an MCP server that the service asks. */
export type RealtimeSessionTool = z.output<typeof tools>[number];
/** Which tool the model may, must or must not call. */
export type RealtimeToolChoice = z.output<typeof toolChoice>;
/** How audio is written: PCM of 24 kHz, 16-bit, mono, or G.711 of 8 kHz. */
export type RealtimeAudioFormat = z.output<typeof audioFormat>;
/** How the service finds the turns of the user; null in a session means that the client does. */
export type RealtimeTurnDetection = z.output<typeof turnDetection>;
/** Transcription of what the user says; null in a session switches it off. */
export type RealtimeTranscription = z.output<typeof transcription>;
/** A voice: its name, or the id of one of the user's own. */
export type RealtimeVoice = z.output<typeof voice>;
