import type { ChatMessage } from './chat-message.js';
import { readSavedContext, type SavedContext, savedContext } from './saved-context.js';
import { boundaryFrom, checkToolPairs, groupAround } from './tool-pairs.js';

/** A message of the conversation, with what the conversation knows of it beside its text. */
export interface ContextEntry {
  readonly message: ChatMessage;
  /** The turn epoch in which it was said. */
  readonly turn: number;
  /** What is not said by anybody: something to remember, which policies keep, or what older messages came to. */
  readonly kind?: 'memory' | 'summary';
}

/** One state of a conversation; never changes. */
export interface ContextVersion {
  readonly entries: readonly ContextEntry[];
  /** The messages as a model is to get them. */
  readonly messages: readonly ChatMessage[];
}

/** Where a message goes; `root`: before everything that was said, behind the system messages at the head. */
export type ContextPosition = 'root' | 'end' | { readonly after: ContextEntry };

/**
 * What has been said in a conversation: a sequence of immutable versions, each of which has the one before as its prefix,
 * except where a late or cut message is put right, the application edits it, or a policy makes it shorter. A tool call and its
 * results are never parted: what would do so throws a TypeError, or goes behind them.
 *
 * @example
 * ```ts
 * const context = new LLMContext([{ role: 'system', content: 'You are brief.' }]);
 * context.append({ role: 'user', content: 'Hello.' }, 1);
 * const saved = JSON.stringify(context);
 * console.log(LLMContext.from(JSON.parse(saved)).messages.length); // 2
 * ```
 */
export class LLMContext {
  #version: ContextVersion;

  constructor(messages: readonly ChatMessage[] = []) {
    checkToolPairs(messages);
    this.#version = { entries: messages.map((message) => ({ message, turn: 0 })), messages: [...messages] };
  }

  /** Reads what `toJSON` wrote. Throws a TypeError that names what is wrong with it. */
  static from(saved: unknown): LLMContext {
    const context = new LLMContext();
    context.load(saved);
    return context;
  }

  get version(): ContextVersion {
    return this.#version;
  }

  get messages(): readonly ChatMessage[] {
    return this.#version.messages;
  }

  /** The conversation as plain data, for a file or a database. Marks of interruption and memories are kept, turns are not. */
  toJSON(): SavedContext {
    return savedContext(this.#version.entries);
  }

  /** Puts a saved conversation in the place of this one; before the session starts, say. Throws as `from` does. */
  load(saved: unknown): void {
    const { entries } = readSavedContext(saved);
    this.rewrite(entries.map((entry) => ({ ...entry, turn: 0 })));
  }

  /** Adds messages of one turn, together. */
  append(message: ChatMessage | readonly ChatMessage[], turn: number): ContextEntry {
    return this.#splice(this.#version.entries.length, message, turn);
  }

  /** Puts what the user said where it belongs in time: behind all that was said before its turn was answered. */
  insert(message: ChatMessage, turn: number): ContextEntry {
    const { entries } = this.#version;
    const isBefore = (other: ContextEntry): boolean =>
      other.turn < turn || (other.turn === turn && other.message.role !== 'assistant' && other.message.role !== 'tool');
    return this.#splice(entries.findLastIndex(isBefore) + 1, message, turn);
  }

  /** Puts messages at a place; behind the results where that would part a tool call from them. Returns the last one. */
  insertAt(position: ContextPosition, message: ChatMessage | readonly ChatMessage[]): ContextEntry {
    const { entries } = this.#version;
    const index = this.#indexAt(position);
    return this.#splice(index, message, entries[index - 1]?.turn ?? 0);
  }

  /** Takes an entry out, and with a tool call its results, or with a result its call. Returns what was taken out. */
  remove(entry: ContextEntry): readonly ContextEntry[] {
    const { entries } = this.#version;
    const { from, to } = groupAround(entries, this.#indexOf(entry));
    this.#set(entries.toSpliced(from, to - from));
    return entries.slice(from, to);
  }

  /** Exchanges an entry for another; returns the new one. */
  replace(old: ContextEntry, entry: ContextEntry): ContextEntry {
    const { entries } = this.#version;
    const changed = entries.with(this.#indexOf(old), entry);
    if (hasCalls(old.message) || hasCalls(entry.message)) checkToolPairs(changed.map(({ message }) => message));
    this.#set(changed);
    return entry;
  }

  /** Adds something to remember from now on. It goes to the end, so that the prompt before it stays as it was. */
  remember(text: string): ContextEntry {
    const { entries } = this.#version;
    const entry: ContextEntry = {
      message: { role: 'system', content: text },
      turn: entries.at(-1)?.turn ?? 0,
      kind: 'memory',
    };
    this.#set([...entries, entry]);
    return entry;
  }

  /** Exchanges everything, for a policy. */
  rewrite(entries: readonly ContextEntry[]): void {
    checkToolPairs(entries.map(({ message }) => message));
    this.#set([...entries]);
  }

  #splice(index: number, message: ChatMessage | readonly ChatMessage[], turn: number): ContextEntry {
    const messages: readonly ChatMessage[] = 'role' in message ? [message] : message;
    checkToolPairs(messages);
    const added = messages.map((one): ContextEntry => ({ message: one, turn }));
    const last = added.at(-1);
    if (last === undefined) throw new TypeError('There must be at least one message to add.');
    const { entries } = this.#version;
    const at = boundaryFrom(entries, index);
    // Nearly always it is the end, where a long conversation need not be walked through.
    if (at === entries.length) {
      this.#version = { entries: [...entries, ...added], messages: [...this.#version.messages, ...messages] };
    } else this.#set(entries.toSpliced(at, 0, ...added));
    return last;
  }

  #indexAt(position: ContextPosition): number {
    const { entries } = this.#version;
    if (position === 'end') return entries.length;
    if (position === 'root') return headLength(entries);
    return this.#indexOf(position.after) + 1;
  }

  #indexOf(entry: ContextEntry): number {
    const index = this.#version.entries.lastIndexOf(entry);
    if (index === -1) throw new RangeError('The entry is not in this context any more.');
    return index;
  }

  #set(entries: readonly ContextEntry[]): void {
    this.#version = { entries, messages: entries.map((entry) => entry.message) };
  }
}

/** How many system messages stand at the beginning: what the bot is told to be. */
export function headLength(entries: readonly ContextEntry[]): number {
  const end = entries.findIndex(({ message, kind }) => kind !== undefined || !isSystem(message));
  return end === -1 ? entries.length : end;
}

const isSystem = ({ role }: ChatMessage): boolean => role === 'system' || role === 'developer';

const hasCalls = (message: ChatMessage): boolean =>
  message.role === 'tool' || (message.role === 'assistant' && (message.tool_calls?.length ?? 0) > 0);
