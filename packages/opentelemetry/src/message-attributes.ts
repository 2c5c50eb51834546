import { type ChatMessage, messageText } from '@voxrill/core';

/** A personal text of any length does not make a span of any size. */
const maxTextLength = 16_384;

/** Messages as the conventions write them, as JSON. The oldest are left out of what is too long. */
export function inputMessages(messages: readonly ChatMessage[]): string {
  const written: string[] = [];
  let length = 2;
  for (const message of messages.toReversed()) {
    const json = JSON.stringify({ role: message.role, parts: parts(message) });
    length += json.length + 1;
    if (length > maxTextLength) break;
    written.unshift(json);
  }
  return `[${written.join(',')}]`;
}

export function outputMessages(text: string): string {
  return JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: cut(text) }] }]);
}

/** What no JSON can be made of, a value that contains itself say, is left out. */
export function json(value: unknown): string {
  try {
    return cut(JSON.stringify(value) ?? '');
  } catch {
    return '';
  }
}

export function cut(text: string): string {
  return text.length <= maxTextLength ? text : text.slice(0, maxTextLength);
}

function parts(message: ChatMessage): unknown[] {
  if (message.role === 'tool') return [{ type: 'tool_call_response', id: message.tool_call_id, response: message.content }];
  const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
  const content = messageText(message);
  return [
    ...(content === '' ? [] : [{ type: 'text', content }]),
    ...calls.map(({ id, function: { name, arguments: text } }) => ({ type: 'tool_call', id, name, arguments: text })),
  ];
}
