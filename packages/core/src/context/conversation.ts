import type { ChatMessage } from './chat-message.js';
import { type ContextEntry, LLMContext } from './llm-context.js';

/** What both sides of a context pair write into, in one session. */
export class Conversation {
  readonly context: LLMContext;
  /** What has been heard of the bot's utterances since its message was begun, in order. */
  readonly #heard = new Map<string, string>();
  #message: ContextEntry | undefined;
  #turn = 0;
  #dirty = false;

  constructor(messages: readonly ChatMessage[]) {
    this.context = new LLMContext(messages);
  }

  /** Takes down what has been heard of one utterance so far; `commit` writes it into the context. */
  heard(utterance: string, text: string, turn: number): void {
    // An utterance stays in the message in which it began, also when a tool's result has come behind it meanwhile.
    if (!this.#heard.has(utterance) && !this.#isLast()) this.#begin();
    this.#turn = turn;
    if (text === '' || this.#heard.get(utterance) === text) return;
    this.#heard.set(utterance, text);
    this.#dirty = true;
  }

  commit(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    this.#write({ role: 'assistant', content: [...this.#heard.values()].join(' ') });
  }

  /** Commits, and marks the message as cut off at its last word. */
  cut(): void {
    this.commit();
    if (this.#message === undefined || this.#message.message.role !== 'assistant') return;
    this.#write({ ...this.#message.message, interrupted: true });
    this.#begin();
  }

  #write(message: ChatMessage): void {
    if (this.#message === undefined) this.#message = this.context.append(message, this.#turn);
    else this.#message = this.context.replace(this.#message, { ...this.#message, message });
  }

  /** Whether what is heard now still belongs to the message that was begun: nothing has come behind it. */
  #isLast(): boolean {
    return this.#message === undefined || this.context.version.entries.at(-1) === this.#message;
  }

  #begin(): void {
    this.commit();
    this.#heard.clear();
    this.#message = undefined;
  }
}
