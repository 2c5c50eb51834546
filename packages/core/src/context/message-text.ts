import type { ChatMessage } from './chat-message.js';

/**
 * The words of a message: its text, and the transcripts of its speech where they are known. Pictures and calls have none.
 *
 * @example
 * ```ts
 * console.log(messageText({ role: 'user', content: [{ type: 'text', text: 'Hello.' }] })); // Hello.
 * ```
 */
export function messageText({ content }: ChatMessage): string {
  if (content === null) return '';
  if (typeof content === 'string') return content;
  const texts = content.map((part) => {
    if (part.type === 'text') return part.text;
    return part.type === 'input_audio' ? (part.transcript ?? '') : '';
  });
  return texts.filter((text) => text !== '').join(' ');
}
