import type { ChatMessage, ToolCallRequest, ToolDefinition } from '@voxrill/core';
import { type Answer, type AnswerOptions, answer } from '../answer.js';

/** A conversation with the rules: it keeps the messages as a session does. */
export class Talk {
  readonly messages: ChatMessage[] = [{ role: 'system', content: 'You are a helpful voice assistant.' }];
  readonly #tools: readonly ToolDefinition[];
  readonly #options: AnswerOptions;

  constructor(tools: readonly ToolDefinition[] = [], options: AnswerOptions = {}) {
    this.#tools = tools;
    this.#options = options;
  }

  /** The user says this; the reply is noted down as heard, up to `heardTo` if it was cut there. */
  say(text: string, heardTo?: string): Answer {
    this.messages.push({ role: 'user', content: text });
    const reply = this.#answer();
    if (reply.calls.length === 0) this.#note(reply.text, heardTo);
    return reply;
  }

  /** The tools have answered; each content belongs to the call in its place. */
  results(calls: readonly ToolCallRequest[], ...contents: readonly unknown[]): string {
    this.messages.push({
      role: 'assistant',
      content: null,
      tool_calls: calls.map(({ id, name, arguments: args }) => ({ id, type: 'function', function: { name, arguments: args } })),
    });
    for (const [index, call] of calls.entries()) {
      const content = contents[index];
      this.messages.push({
        role: 'tool',
        tool_call_id: call.id,
        content: typeof content === 'string' ? content : JSON.stringify(content),
      });
    }
    const { text } = this.#answer();
    this.#note(text);
    return text;
  }

  #answer(): Answer {
    return answer({ messages: this.messages, tools: this.#tools }, this.#options);
  }

  #note(text: string, heardTo?: string): void {
    const cut = heardTo === undefined ? -1 : text.indexOf(heardTo);
    const content = heardTo === undefined ? text : cut < 0 ? heardTo : text.slice(0, cut + heardTo.length);
    this.messages.push({ role: 'assistant', content });
  }
}
