import type { ChatMessage } from './chat-message.js';
import { type ContextEntry, LLMContext } from './llm-context.js';
import type { PolicyChain } from './policy/policy-chain.js';
import { madeOf, utterancesOf } from './utterances-of.js';

/** What both sides of a context pair write into, in one session. */
export class Conversation {
  readonly context: LLMContext;
  /** What has been heard of the bot's utterances since its message was begun, in order. */
  readonly #heard = new Map<string, string>();
  /** What of the utterances that are being heard stands in messages that a model has seen. */
  readonly #seen = new Map<string, string>();
  #message: ContextEntry | undefined;
  #turn = 0;
  #dirty = false;
  #policies: PolicyChain | undefined;
  /** Somebody tells when a reply is over. */
  #watched = false;
  /** A model was asked, and its reply is not over. */
  #replying = false;
  /** How many requests have not been answered to the end. */
  #unanswered = 0;
  /** What is to be written when nobody waits for a reply, and what is to be done then. */
  #later: { readonly messages: readonly ChatMessage[]; readonly turn: number }[] = [];
  #afterwards: (() => void) | undefined;

  constructor(messages: readonly ChatMessage[]) {
    this.context = new LLMContext(messages);
  }

  /** From now on these keep the context within bounds. */
  keepTo(policies: PolicyChain): void {
    this.#policies = policies;
  }

  /** From now on `finish` and `cut` tell when a reply is over, and `writeLater` may wait for it. */
  watchReplies(): void {
    this.#watched = true;
  }

  /** Takes down what has been heard of one utterance so far; `commit` writes it into the context. */
  heard(utterance: string, text: string, turn: number): void {
    // An utterance stays in the message in which it began, also when a tool's result has come behind it meanwhile.
    if (!this.#heard.has(utterance) && !this.#isLast()) this.#begin();
    this.#turn = turn;
    const fresh = text.slice(this.#seen.get(utterance)?.length ?? 0).trim();
    if (fresh === '' || this.#heard.get(utterance) === fresh) return;
    this.#heard.set(utterance, fresh);
    this.#dirty = true;
  }

  commit(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    this.#write(madeOf({ role: 'assistant', content: [...this.#heard.values()].join(' ') }, [...this.#heard.keys()]));
  }

  /**
   * The messages for a model. What it has seen is not changed any more, so that the next request begins with this one and
   * its provider can reuse it; what is heard from now on of an utterance becomes a message of its own.
   */
  forModel(): readonly ChatMessage[] {
    this.#writePending();
    this.#afterwards = undefined;
    this.markSeen();
    this.#policies?.apply(this.context);
    this.#replying = this.#watched;
    this.#unanswered++;
    return this.context.messages;
  }

  /** The messages for a model that keeps the conversation itself and is not asked now; what it has seen may still change. */
  forRecord(): readonly ChatMessage[] {
    this.commit();
    this.#policies?.apply(this.context);
    return this.context.messages;
  }

  /** A model has seen what stands here now, in a request that was made before. */
  markSeen(): void {
    this.commit();
    for (const [utterance, text] of this.#heard) {
      const seen = this.#seen.get(utterance);
      this.#seen.set(utterance, seen === undefined ? text : `${seen} ${text}`);
    }
    this.#begin();
  }

  /** A model has answered to the end; the answer may not have been heard yet. */
  responded(): void {
    this.#unanswered = Math.max(0, this.#unanswered - 1);
  }

  /** Commits, and marks the message as cut off at its last word. */
  cut(): void {
    this.commit();
    const last = this.#message?.message;
    if (last?.role === 'assistant') this.#write(madeOf({ ...last, interrupted: true }, utterancesOf(last)));
    this.finish();
  }

  /** The reply is over: what comes next is another message. */
  finish(): void {
    this.#begin();
    this.#seen.clear();
    // A tool may have answered within the response that called it: then the next reply is due already.
    if (this.#unanswered === 0) this.quiet();
  }

  /**
   * Writes messages once the reply that is due or being heard is over, so that they do not come between its sentences, and
   * then calls `afterwards`, once for all that was written. A model that is asked before gets them with the rest, and
   * `afterwards` is not called.
   */
  writeLater(messages: readonly ChatMessage[], turn: number, afterwards?: () => void): void {
    this.#later.push({ messages, turn });
    this.#afterwards ??= afterwards;
    if (!this.#replying) this.quiet();
  }

  /** No reply is due any more. */
  quiet(): void {
    this.#replying = false;
    this.#unanswered = 0;
    this.#writePending();
    const afterwards = this.#afterwards;
    this.#afterwards = undefined;
    afterwards?.();
  }

  #writePending(): void {
    this.commit();
    const pending = this.#later;
    this.#later = [];
    for (const { messages, turn } of pending) this.context.append(messages, turn);
  }

  #write(message: ChatMessage): void {
    if (this.#message === undefined) {
      this.#message = this.context.append(message, this.#turn);
      return;
    }
    // The application may have rewritten the context meanwhile; then what is heard becomes a message of its own.
    this.#message = this.context.version.entries.includes(this.#message)
      ? this.context.replace(this.#message, { ...this.#message, message })
      : this.context.append(message, this.#turn);
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
