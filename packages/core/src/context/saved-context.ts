import { z } from 'zod';
import type { ChatMessage } from './chat-message.js';

/** A conversation as plain data. */
export interface SavedContext {
  /** Of this format. */
  readonly version: 1;
  readonly entries: readonly SavedEntry[];
}

/** A message, and whether it is a memory or a summary. */
export interface SavedEntry {
  readonly message: ChatMessage;
  readonly kind?: 'memory' | 'summary';
}

const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('input_audio'),
    input_audio: z.object({ data: z.string(), format: z.enum(['wav', 'mp3']) }),
    transcript: z.string().exactOptional(),
  }),
  z.object({
    type: z.literal('image_url'),
    image_url: z.object({ url: z.string(), detail: z.enum(['auto', 'low', 'high']).exactOptional() }),
  }),
]);

const toolCall = z.object({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

const message = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content: z.string() }),
  z.object({ role: z.literal('user'), content: z.union([z.string(), z.array(part)]) }),
  z.object({
    role: z.literal('assistant'),
    content: z.string().nullable(),
    interrupted: z.literal(true).exactOptional(),
    tool_calls: z.array(toolCall).exactOptional(),
  }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
]);

const saved = z.object({
  version: z.literal(1),
  entries: z.array(z.object({ message, kind: z.enum(['memory', 'summary']).exactOptional() })),
});

/** What is written of a conversation. */
export function savedContext(entries: readonly SavedEntry[]): SavedContext {
  return {
    version: 1,
    entries: entries.map((entry) => ({
      message: entry.message,
      ...(entry.kind === undefined ? {} : { kind: entry.kind }),
    })),
  };
}

/** Checks what was read. Throws a TypeError that names the place. */
export function readSavedContext(value: unknown): SavedContext {
  const read = saved.safeParse(value);
  if (read.success) return read.data;
  const [first] = read.error.issues;
  const where = first === undefined || first.path.length === 0 ? 'it' : `"${first.path.join('.')}"`;
  throw new TypeError(`This is not a saved conversation of version 1; ${where} is wrong: ${first?.message ?? 'unknown'}.`);
}
