import type { ChatMessage, LLMChunk, ServiceCall, ToolDefinition } from '@voxrill/core';
import { ServiceError } from '@voxrill/core';
import { expect, onTestFinished } from 'vitest';
import type { OpenAIChatOptions } from '../chat-options.js';
import { openaiChat } from '../open-ai-chat.js';
import { type Behaviour, delta, event, loopbackServer } from './loopback-server.js';
import { ManualClock } from './manual-clock.js';

export const key = 'sk-very-secret-key-123';
export const user = (content: string): ChatMessage => ({ role: 'user', content });
export const hello = [user('Hello')];
export const weather: ToolDefinition = {
  name: 'get_weather',
  description: 'Weather of a place',
  parameters: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] },
};
export const said = (text: string) => event(delta({ content: text }));
export const stopped = event(delta({}, 'stop'));

/** A model on a server that behaves like this, and all that a test needs to drive it. */
export async function start(behaviours: readonly Behaviour[], options: Partial<OpenAIChatOptions> = {}) {
  const server = await loopbackServer(...behaviours);
  onTestFinished(() => server.stop());
  const clock = new ManualClock();
  const abort = new AbortController();
  const call: ServiceCall = { clock, signal: abort.signal };
  const model = openaiChat({ model: 'test', apiKey: key, baseURL: server.baseURL, maxRetries: 0, ...options });
  return { server, clock, abort, call, model };
}

export async function collect(chunks: AsyncIterable<LLMChunk>): Promise<LLMChunk[]> {
  const all: LLMChunk[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

export const textOf = (chunks: readonly LLMChunk[]): string =>
  chunks.map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join('');
export const callsOf = (chunks: readonly LLMChunk[]) =>
  chunks.flatMap((chunk) => (chunk.type === 'tool-call' ? [chunk.call] : []));

export async function answerOf(behaviour: Behaviour, messages: readonly ChatMessage[] = hello) {
  const { model, call, clock } = await start([behaviour]);
  const chunks = await collect(model.generate({ messages, tools: [weather] }, call));
  expect(clock.pendingTimers).toBe(0);
  return chunks;
}

export async function failureOf(behaviour: Behaviour, options: Partial<OpenAIChatOptions> = {}): Promise<ServiceError> {
  const { model, call, clock } = await start([behaviour], options);
  const error: unknown = await collect(model.generate({ messages: hello, tools: [] }, call)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ServiceError);
  expect(clock.pendingTimers).toBe(0);
  const failed = error as ServiceError;
  expect(failed.message).not.toContain(key);
  expect(failed.message).toMatch(/^[^\n]+[.?]$/);
  return failed;
}
