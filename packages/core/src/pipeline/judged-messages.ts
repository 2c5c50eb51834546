import type { ChatMessage } from '../context/chat-message.js';
import { messageText } from '../context/message-text.js';
import type { ModerationVerdict } from './moderation-verdict.js';

interface JudgedMessage {
  readonly message: ChatMessage;
  readonly verdict: ModerationVerdict;
}

/**
 * The verdicts on the messages of one conversation, of those that the last request held. A verdict belongs to a message, not to
 * its words: who says "yes" once more is judged once more.
 */
export class JudgedMessages {
  #judged: JudgedMessage[] = [];

  add(message: ChatMessage, verdict: ModerationVerdict): void {
    this.#judged.push({ message, verdict });
  }

  /** The verdict on each of these messages, as far as there is one; all others are forgotten. */
  recall(messages: readonly ChatMessage[]): Map<ChatMessage, ModerationVerdict> {
    const left = new Set(this.#judged);
    const found = new Map<ChatMessage, ModerationVerdict>();
    const take = (message: ChatMessage, same: (judged: JudgedMessage) => boolean): void => {
      if (found.has(message)) return;
      for (const judged of left) {
        if (!same(judged)) continue;
        left.delete(judged);
        found.set(message, judged.verdict);
        return;
      }
    };
    for (const message of messages) take(message, (judged) => judged.message === message);
    // What was judged ahead of its turn is another object when it is written down, and a stage between may copy messages.
    for (const message of messages) take(message, (judged) => messageText(judged.message) === messageText(message));
    this.#judged = [...found].map(([message, verdict]) => ({ message, verdict }));
    return found;
  }
}
