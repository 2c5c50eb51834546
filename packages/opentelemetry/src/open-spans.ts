import { type Attributes, type Exception, type Span, SpanStatusCode } from '@opentelemetry/api';
import { genAI, own } from './attribute-names.js';
import { outputMessages } from './message-attributes.js';
import type { SessionTime } from './session-time.js';

/** Work of a service that has not ended, or has only just. */
export interface OpenSpan {
  readonly span: Span;
  readonly processor: string;
  readonly beganAt: number;
  /** Reply text, if it is wanted. */
  text: string;
  lastTextId: number;
  /** What has become known of the text of an utterance since it began; its words if they are wanted. */
  characters: number;
  spoken: string;
  /** When it ended, session milliseconds. */
  endedAt?: number;
}

/** A service ends what it was doing before its error is told; so long an ended span waits for one. */
const graceMs = 50;
/** So much is never under way in one conversation. */
const maxOpen = 256;

/** The spans that are under way in one session. */
export class OpenSpans {
  readonly #time: SessionTime;
  readonly #open = new Map<string, OpenSpan>();

  constructor(time: SessionTime) {
    this.#time = time;
  }

  get full(): boolean {
    return this.#open.size >= maxOpen;
  }

  add(key: string, span: Span, processor: string, beganAt: number): OpenSpan {
    this.#end(key);
    const open: OpenSpan = { span, processor, beganAt, text: '', lastTextId: 0, characters: 0, spoken: '' };
    this.#open.set(key, open);
    return open;
  }

  get(key: string): OpenSpan | undefined {
    return this.#open.get(key);
  }

  /** The last thing that this processor has begun, among those whose key begins so. */
  of(processor: string, prefix = ''): OpenSpan | undefined {
    return [...this.#open].findLast(([key, open]) => open.processor === processor && key.startsWith(prefix))?.[1];
  }

  /** It has ended; what went wrong may still be told of it. */
  finish(key: string, at: number): void {
    const open = this.#open.get(key);
    if (open !== undefined) open.endedAt ??= at;
  }

  /** Lets go of what has ended a while ago. */
  settle(now: number): void {
    for (const [key, { endedAt }] of this.#open) if (endedAt !== undefined && endedAt + graceMs < now) this.#end(key);
  }

  /** Ends those for which it is true; what was still under way is marked. */
  endAll(at: number, mark: Attributes, which: (key: string) => boolean = () => true): void {
    for (const [key, open] of this.#open) {
      if (!which(key)) continue;
      if (open.endedAt === undefined) {
        open.span.setAttributes(mark);
        open.endedAt = at;
      }
      this.#end(key);
    }
  }

  #end(key: string): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    // Once, and not for each word: every time the whole of it would have to be written anew.
    if (open.text !== '') open.span.setAttribute(genAI.outputMessages, outputMessages(open.text));
    if (open.characters > 0) open.span.setAttribute(own.characters, open.characters);
    if (open.spoken !== '') open.span.setAttribute(own.ttsText, open.spoken);
    open.span.end(this.#time.of(Math.max(open.beganAt, open.endedAt ?? this.#time.now)));
  }
}

/** Says of a span that it failed. */
export function failed(span: Span, type: string, exception: Exception, at: ReturnType<SessionTime['of']>): void {
  span.setAttribute('error.type', type);
  span.recordException(exception, at);
  span.setStatus({
    code: SpanStatusCode.ERROR,
    message: typeof exception === 'string' ? exception : (exception.message ?? type),
  });
}
