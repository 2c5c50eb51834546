import type { Frame, FrameOf } from '../../frames/frame.js';
import type { FrameKinds } from '../../frames/frame-kinds.js';
import type { Replayed } from './speech-journal.js';

interface Item {
  frame: Frame;
  /** The epoch in which it came. */
  readonly turn: number;
  /** Of a text that is to be spoken: what has not been spoken yet. */
  rest: string;
  /** An answer has come, though there may have been nothing in it. */
  answered: boolean;
}

/** Beyond so many the oldest is forgotten, and would be lost in a failure. */
const maxItems = 2000;

/** Kinds of which something is made, and which so are owed until it is. */
const asks: ReadonlySet<string> = new Set(['llm-context', 'llm-text', 'tts-speak']);

/**
 * The data that a branch was given and has not dealt with, in order: frames that have not come out again, the request that
 * is not answered, the text that is not spoken.
 */
export class WorkJournal {
  readonly #kinds: FrameKinds;
  /** Whether the branch makes speech of text; otherwise text is dealt with when it has passed. */
  readonly #speaks: boolean;
  #items: Item[] = [];

  constructor(kinds: FrameKinds, speaks: boolean) {
    this.#kinds = kinds;
    this.#speaks = speaks;
  }

  /** Whether an answer, or speech, is outstanding. */
  get owes(): boolean {
    return this.#items.some(({ frame, answered }) => asks.has(frame.kind) && !answered);
  }

  enter(frame: Frame, turn: number): void {
    if (frame.kind === 'speculation') this.#speculated(frame);
    // Whoever takes over is told anew what the conversation is.
    if (this.#kinds.lane(frame.kind) !== 'data' || frame.kind === 'llm-context-changed') return;
    // A new request takes the place of the one before.
    if (frame.kind === 'llm-context') this.answered();
    const rest = frame.kind === 'llm-text' || frame.kind === 'tts-speak' ? frame.text : '';
    this.#items.push({ frame, turn, rest, answered: false });
    if (this.#items.length > maxItems) this.#items.shift();
  }

  /** A frame that had come in has gone out as it was. */
  left(frame: Frame): void {
    if (this.#speaks && (frame.kind === 'llm-text' || frame.kind === 'tts-speak')) return;
    if (frame.kind === 'llm-response-end') this.#forget((item) => responseOf(item.frame) === frame.response);
    else this.#forget((item) => item.frame === frame);
  }

  /** Something of an answer has gone out, or no answer is expected any more: the request is not to be asked again. */
  answered(): void {
    this.#forget(({ frame }) => frame.kind === 'llm-context');
  }

  /** The answer is over, with nothing in it. */
  empty(): void {
    for (const item of this.#items) if (item.frame.kind === 'llm-context') item.answered = true;
  }

  /** An utterance has gone out to its end, or was given up. */
  spoken({ text, response }: { readonly text: string; readonly response?: string }): void {
    if (response === undefined) {
      const first = this.#items.find(({ frame }) => frame.kind === 'tts-speak');
      if (first !== undefined) this.#forget((item) => item === first);
      return;
    }
    const items = this.#items.filter(({ frame }) => frame.kind === 'llm-text' && frame.response === response);
    const whole = items.map(({ rest }) => rest).join('');
    const at = whole.indexOf(text.trim());
    // A voice may be given other words than the model's, without emphasis say; then only the length is left to go by.
    let length = at === -1 ? Math.min(whole.length, text.length) : at + text.trim().length;
    for (const item of items) {
      const taken = Math.min(length, item.rest.length);
      item.rest = item.rest.slice(taken);
      length -= taken;
    }
    this.#forget((item) => item.rest.trim() === '' && items.includes(item));
  }

  /** Whoever takes a request over has not seen what became of the speculation. */
  #speculated({ state }: FrameOf<'speculation'>): void {
    if (state === 'discarded') this.answered();
    if (state !== 'confirmed') return;
    for (const item of this.#items) {
      if (item.frame.kind !== 'llm-context') continue;
      const { speculative: _over, ...confirmed } = item.frame;
      item.frame = confirmed;
    }
  }

  /** What belonged to the turn is dead. What survives may come out yet; what has not by the next time never will. */
  interrupted(turn: number): void {
    this.#forget((item) => this.#kinds.diesWithTurn(item.frame.kind) || item.turn < turn - 1);
  }

  /** What somebody else must get in order to go on where this branch was. */
  replay(): readonly Replayed[] {
    return this.#items.map(({ frame, rest }) => {
      const cut = isText(frame) && rest !== frame.text;
      return { frame: cut ? { ...frame, text: rest } : frame, of: frame, again: true };
    });
  }

  #forget(which: (item: Item) => boolean): void {
    if (this.#items.length > 0) this.#items = this.#items.filter((item) => !which(item));
  }
}

function isText(frame: Frame): frame is FrameOf<'llm-text'> {
  return frame.kind === 'llm-text';
}

function responseOf(frame: Frame): string | undefined {
  return frame.kind === 'llm-text' || frame.kind === 'llm-response-start' || frame.kind === 'llm-response-end'
    ? frame.response
    : undefined;
}
