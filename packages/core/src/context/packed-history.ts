import type { ChatMessage, UserMessage } from './chat-message.js';
import { messageText } from './message-text.js';

/** What stands around the conversation in {@link packedHistory}. */
export interface PackedHistoryOptions {
  /** @defaultValue says that the JSON which follows is the conversation so far */
  readonly intro?: string;
  /** @defaultValue asks to go on without a new greeting */
  readonly outro?: string;
}

const defaults = {
  intro: 'The connection was lost. This is what we have said so far, as JSON:',
  outro: 'Go on from there as if nothing had happened. Do not greet again, and do not mention this message.',
} as const satisfies PackedHistoryOptions;

/**
 * Packs a conversation into one message of the user, as text: for models that take a history of several messages badly
 * after a reconnection. System messages are left out; give them to the model as before.
 *
 * @example
 * ```ts
 * const saved = new LLMContext([{ role: 'user', content: 'My name is Ann.' }]);
 * const context = contextPair({ system: 'You are brief.', messages: [packedHistory(saved.messages)] });
 * ```
 */
export function packedHistory(messages: readonly ChatMessage[], options: PackedHistoryOptions = {}): UserMessage {
  const { intro = defaults.intro, outro = defaults.outro } = options;
  const said = messages.flatMap((message) => {
    if (message.role === 'system' || message.role === 'developer') return [];
    const calls = message.role === 'assistant' ? (message.tool_calls ?? []).map((call) => call.function) : [];
    const text = messageText(message);
    if (text === '' && calls.length === 0) return [];
    const cut = message.role === 'assistant' && message.interrupted === true;
    return [
      {
        role: message.role,
        ...(text === '' ? {} : { text }),
        ...(calls.length === 0 ? {} : { calls }),
        ...(cut ? { interrupted: true } : {}),
      },
    ];
  });
  return { role: 'user', content: `${intro}\n${JSON.stringify(said)}\n${outro}` };
}
