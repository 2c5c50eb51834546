import type { ChatMessage } from './chat-message.js';

/** Beside the messages and not in them: the names mean nothing outside their session. */
const utterances = new WeakMap<ChatMessage, readonly string[]>();

/** Notes which stretches of speech a message is made of. */
export function madeOf<M extends ChatMessage>(message: M, names: readonly string[]): M {
  utterances.set(message, names);
  return message;
}

/**
 * The stretches of speech that a message is made of, by the `item` or else the `utterance` of their frames;
 * none for what was typed, written by the application, or loaded. A model that keeps the conversation itself knows by them
 * what it has heard or said already.
 *
 * @example
 * ```ts
 * const typed = utterancesOf({ role: 'user', content: 'Hello.' });
 * console.log(typed.length); // 0
 * ```
 */
export function utterancesOf(message: ChatMessage): readonly string[] {
  return utterances.get(message) ?? [];
}
