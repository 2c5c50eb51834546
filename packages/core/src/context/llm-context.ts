import type { ChatMessage } from './chat-message.js';

/** A message of the conversation, with what the conversation knows of it beside its text. */
export interface ContextEntry {
  readonly message: ChatMessage;
  /** The turn epoch in which it was said. */
  readonly turn: number;
}

/** One state of a conversation; never changes. */
export interface ContextVersion {
  readonly entries: readonly ContextEntry[];
  /** The messages as a model is to get them. */
  readonly messages: readonly ChatMessage[];
}

/**
 * What has been said in a conversation: a sequence of immutable versions, each of which has the one before as its prefix,
 * except where a late or cut message is put right.
 *
 * @example
 * ```ts
 * const context = new LLMContext([{ role: 'system', content: 'You are brief.' }]);
 * context.append({ role: 'user', content: 'Hello.' }, 1);
 * console.log(context.messages.length); // 2
 * ```
 */
export class LLMContext {
  #version: ContextVersion;

  constructor(messages: readonly ChatMessage[] = []) {
    this.#version = { entries: messages.map((message) => ({ message, turn: 0 })), messages: [...messages] };
  }

  get version(): ContextVersion {
    return this.#version;
  }

  get messages(): readonly ChatMessage[] {
    return this.#version.messages;
  }

  /** Adds messages of one turn, together. */
  append(message: ChatMessage | readonly ChatMessage[], turn: number): ContextEntry {
    const messages = Array.isArray(message) ? message : [message];
    const entries = messages.map((one: ChatMessage): ContextEntry => ({ message: one, turn }));
    this.#set([...this.#version.entries, ...entries]);
    const last = entries.at(-1);
    if (last === undefined) throw new TypeError('append() needs at least one message.');
    return last;
  }

  /** Puts a message where it belongs in time: behind the last entry of its turn, or of the turn before. */
  insert(message: ChatMessage, turn: number): ContextEntry {
    const { entries } = this.#version;
    const entry: ContextEntry = { message, turn };
    const after = entries.findLastIndex((other) => other.turn <= turn);
    this.#set([...entries.slice(0, after + 1), entry, ...entries.slice(after + 1)]);
    return entry;
  }

  /** Exchanges an entry for another; returns the new one. */
  replace(old: ContextEntry, entry: ContextEntry): ContextEntry {
    const { entries } = this.#version;
    const index = entries.lastIndexOf(old);
    if (index === -1) throw new RangeError('The entry to replace is not in this context any more.');
    this.#set(entries.with(index, entry));
    return entry;
  }

  #set(entries: readonly ContextEntry[]): void {
    this.#version = { entries, messages: entries.map((entry) => entry.message) };
  }
}
