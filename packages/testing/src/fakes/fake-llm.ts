import {
  type LLMChunk,
  type LLMRequest,
  LLMService,
  type LLMTuning,
  type LLMUsage,
  messageText,
  type ServiceCall,
} from '@voxrill/core';
import { CallLog, type CallRecord } from './call-log.js';
import { type FakeError, Faults, fakeError, never } from './faults.js';

/** One piece of a scripted reply; a string is text, given out word by word. */
export type FakeReplyPart =
  | string
  /** `arguments`: what is not text already is written as JSON; text goes out as it is, also if it is no JSON. */
  | { readonly toolCall: { readonly name: string; readonly arguments?: unknown; readonly id?: string } }
  | { readonly stallMs: number }
  | { readonly error: FakeError }
  | { readonly hang: true }
  | { readonly usage: LLMUsage };

/** A whole reply: a piece, or several in order. */
export type FakeReply = FakeReplyPart | readonly FakeReplyPart[];

/** Options of {@link fakeLLM}. */
export interface FakeLLMOptions {
  /** @defaultValue 'fake-llm' */
  readonly name?: string;
  /**
   * What it answers: always the same text, a list in the order of requests, which must be long enough, or a function of the
   * request. `said` is the last message of the user.
   * @defaultValue it says what was said
   */
  readonly replies?:
    | string
    | readonly FakeReply[]
    | ((request: LLMRequest & { readonly said: string }, index: number) => FakeReply);
  /** How long the first piece takes; 0 sets no timer. @defaultValue 0 */
  readonly firstMs?: number;
  /** How long each further word takes; 0 sets no timer. @defaultValue 0 */
  readonly tokenMs?: number;
  /** Reported at the end of each reply that was given whole. @defaultValue none */
  readonly usage?: LLMUsage | ((request: LLMRequest, text: string) => LLMUsage);
  readonly tuning?: LLMTuning;
}

/** A call to a fake model. */
export interface FakeLLMCall extends CallRecord {
  readonly request: LLMRequest;
  /** What it has given out so far. */
  text: string;
}

/** A language model by script. Make one with {@link fakeLLM}. */
export class FakeLLM extends LLMService {
  readonly name: string;
  override readonly tuning: LLMTuning;
  readonly faults: Faults;
  readonly #options: FakeLLMOptions;
  readonly #log = new CallLog<FakeLLMCall>();

  constructor(options: FakeLLMOptions) {
    super();
    const { name = 'fake-llm', tuning = {} } = options;
    this.name = name;
    this.tuning = tuning;
    this.faults = new Faults(name);
    this.#options = options;
  }

  get calls(): readonly FakeLLMCall[] {
    return this.#log.calls;
  }

  async *generate(request: LLMRequest, call: ServiceCall): AsyncGenerator<LLMChunk> {
    const index = this.#log.total;
    const record = this.#log.open({ startedAtMs: call.clock.now(), endedAtMs: undefined, outcome: 'running', request, text: '' });
    yield* this.#log.during(record, call, this.#reply(request, call, record, index));
  }

  async *#reply(request: LLMRequest, call: ServiceCall, record: FakeLLMCall, index: number): AsyncGenerator<LLMChunk> {
    const { clock, signal } = call;
    const { firstMs = 0, tokenMs = 0, usage } = this.#options;
    if (signal.aborted) throw signal.reason;
    let waitMs = firstMs;
    for (const [i, part] of this.#parts(request, index).entries()) {
      for (const piece of typeof part === 'string' ? words(part) : [part]) {
        if (waitMs > 0) await clock.sleep(waitMs, signal);
        waitMs = tokenMs;
        if (this.faults.pending) await this.faults.strike(call);
        if (signal.aborted) throw signal.reason;
        if (typeof piece === 'string') {
          record.text += piece;
          yield { type: 'text', text: piece };
        } else if ('toolCall' in piece) {
          const { name, arguments: given = {}, id = `${this.name}-call-${index + 1}-${i + 1}` } = piece.toolCall;
          yield { type: 'tool-call', call: { id, name, arguments: typeof given === 'string' ? given : JSON.stringify(given) } };
        } else if ('stallMs' in piece) await clock.sleep(piece.stallMs, signal);
        else if ('error' in piece) throw fakeError(this.name, piece.error);
        else if ('hang' in piece) await never(signal);
        else yield { type: 'usage', usage: piece.usage };
      }
    }
    if (usage !== undefined) yield { type: 'usage', usage: typeof usage === 'function' ? usage(request, record.text) : usage };
  }

  #parts(request: LLMRequest, index: number): readonly FakeReplyPart[] {
    const { replies = ({ said }) => `You said: ${said}.` } = this.#options;
    if (typeof replies === 'string') return [replies];
    const reply = typeof replies === 'function' ? replies({ ...request, said: lastSaid(request) }, index) : replies[index];
    if (reply === undefined) {
      throw new Error(
        `The script of "${this.name}" has ${replies.length} replies and was asked once more; add a reply to "replies".`,
      );
    }
    return isParts(reply) ? reply : [reply];
  }
}

/**
 * A language model that answers by script, word by word. Without latencies it sets no timer.
 *
 * @example
 * ```ts
 * const llm = fakeLLM({
 *   firstMs: 300,
 *   tokenMs: 20,
 *   replies: [
 *     [{ toolCall: { name: 'get_weather', arguments: { location: 'Paris' } } }],
 *     ['It is sunny. ', { stallMs: 2000 }, 'Is there anything else?'],
 *   ],
 * });
 * ```
 */
export function fakeLLM(options: FakeLLMOptions = {}): FakeLLM {
  return new FakeLLM(options);
}

function isParts(reply: FakeReply): reply is readonly FakeReplyPart[] {
  return Array.isArray(reply);
}

function lastSaid({ messages }: LLMRequest): string {
  const last = messages.findLast((message) => message.role === 'user');
  return last === undefined ? '' : messageText(last);
}

function words(text: string): readonly string[] {
  return text.match(/\s*\S+\s*/gu) ?? [text];
}
