import type { LLMUsage } from '@voxrill/core';

/** A piece of a tool call as it stands in a chunk. */
export interface ToolCallDelta {
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly arguments: string | undefined;
}

/** What a chunk of the stream says. */
export interface ChatChunk {
  readonly text: string;
  readonly calls: readonly ToolCallDelta[];
  readonly finish: string | undefined;
  readonly usage: LLMUsage | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const count = (value: unknown): number | undefined => (typeof value === 'number' && value >= 0 ? value : undefined);

function readUsage(value: unknown): LLMUsage | undefined {
  const usage = fields(value);
  const promptTokens = count(usage.prompt_tokens);
  const completionTokens = count(usage.completion_tokens);
  if (promptTokens === undefined && completionTokens === undefined) return undefined;
  // DeepSeek has a name of its own for it.
  const cached = count(fields(usage.prompt_tokens_details).cached_tokens) ?? count(usage.prompt_cache_hit_tokens);
  const reasoning = count(fields(usage.completion_tokens_details).reasoning_tokens);
  const promptAudio = count(fields(usage.prompt_tokens_details).audio_tokens);
  const completionAudio = count(fields(usage.completion_tokens_details).audio_tokens);
  return {
    promptTokens: promptTokens ?? 0,
    completionTokens: completionTokens ?? 0,
    ...(cached === undefined ? {} : { cachedPromptTokens: cached }),
    ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
    ...(promptAudio === undefined ? {} : { promptAudioTokens: promptAudio }),
    ...(completionAudio === undefined ? {} : { completionAudioTokens: completionAudio }),
  };
}

function readCall(value: unknown): ToolCallDelta {
  const call = fields(value);
  const made = fields(call.function);
  // Ollama's older versions send the arguments as an object instead of its text.
  const args =
    typeof made.arguments === 'object' && made.arguments !== null ? JSON.stringify(made.arguments) : text(made.arguments);
  return { index: count(call.index), id: text(call.id), name: text(made.name), arguments: args };
}

/** Reads one chunk of a stream. Fields that are missing or of another type are left out, since servers differ in them. */
export function readChunk(value: unknown): ChatChunk {
  const chunk = fields(value);
  const choice = fields(list(chunk.choices)[0]);
  // A server that does not stream tool calls sends a whole message in their place.
  const delta = choice.delta === undefined ? fields(choice.message) : fields(choice.delta);
  return {
    text: `${text(delta.content) ?? ''}${text(delta.refusal) ?? ''}`,
    calls: list(delta.tool_calls).map(readCall),
    finish: text(choice.finish_reason),
    usage: readUsage(chunk.usage),
  };
}
