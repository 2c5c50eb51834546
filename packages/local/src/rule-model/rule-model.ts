import { type LLMChunk, type LLMRequest, LLMService, type ServiceCall } from '@voxrill/core';
import { type AnswerOptions, answer } from './answer.js';
import type { ReadMessages } from './conversation.js';
import type { WallTime } from './rule.js';
import { estimatedTokens, promptTokens, tokens } from './tokens.js';

export interface RuleModelOptions {
  /** Time before the first token. @defaultValue 0 */
  readonly firstTokenMs?: number;
  /** Time between two tokens. @defaultValue 0 */
  readonly tokenMs?: number;
  /** Tells the wall time, for “what time is it?”. Without it the model says that it has no clock. */
  readonly wallClock?: () => WallTime;
  /** IANA name of the zone in which the time is told, such as `Europe/Paris`. Left out, it is the machine's own. */
  readonly timeZone?: string;
}

const defaults = { firstTokenMs: 0, tokenMs: 0 } as const satisfies RuleModelOptions;

function checkedDuration(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new RangeError(`ruleModel: ${name} must be a number of milliseconds from 0 up, not ${value}.`);
}

/**
 * A rule-based stand-in for a language model: a table of written rules, no weights, no network. It takes an order, notes a
 * table, counts, tells a story, does sums, remembers what was said in the call and calls tools that fit the words. It keeps
 * nothing between two requests, and answers the same messages in the same way every time.
 */
export class RuleModel extends LLMService {
  override readonly name = 'rule-model';
  readonly #firstTokenMs: number;
  readonly #tokenMs: number;
  readonly #knows: AnswerOptions;
  readonly #read: ReadMessages = new WeakMap();

  constructor(options: RuleModelOptions = {}) {
    super();
    const { timeZone } = options;
    try {
      if (timeZone !== undefined) new Intl.DateTimeFormat('en-GB', { timeZone });
    } catch {
      throw new RangeError(`ruleModel: timeZone must be an IANA name such as Europe/Paris, not ${timeZone}.`);
    }
    this.#firstTokenMs = checkedDuration('firstTokenMs', options.firstTokenMs ?? defaults.firstTokenMs);
    this.#tokenMs = checkedDuration('tokenMs', options.tokenMs ?? defaults.tokenMs);
    this.#knows = { wallClock: options.wallClock, timeZone };
  }

  /** Yields the answer piece by piece, or its tool calls; a usage estimate comes last. Ends without a word when aborted. */
  override async *generate(request: LLMRequest, call: ServiceCall): AsyncIterable<LLMChunk> {
    const { signal } = call;
    const mayCall = request.settings?.toolChoice !== 'none';
    const { text, calls } = answer(mayCall ? request : { ...request, tools: [] }, this.#knows, this.#read);
    const pieces: LLMChunk[] = [
      ...tokens(text).map((piece) => ({ type: 'text', text: piece }) as const),
      ...calls.map((one) => ({ type: 'tool-call', call: one }) as const),
    ];
    for (const [index, piece] of pieces.entries()) {
      const delayMs = index === 0 ? this.#firstTokenMs : this.#tokenMs;
      if (delayMs > 0 && !(await waited(call, delayMs))) return;
      if (signal.aborted) return;
      yield piece;
      if (signal.aborted) return;
    }
    const written = text.length + calls.reduce((sum, one) => sum + one.name.length + one.arguments.length, 0);
    yield { type: 'usage', usage: { ...promptTokens(request), completionTokens: estimatedTokens(written) } };
  }
}

/** Sleeps; false when the call was aborted meanwhile. */
async function waited({ clock, signal }: ServiceCall, delayMs: number): Promise<boolean> {
  try {
    await clock.sleep(delayMs, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/**
 * Makes the rule-based language model.
 *
 * @example
 * ```ts
 * import { realClock, wallTime } from '@voxrill/core';
 *
 * const model = ruleModel({ tokenMs: 20, wallClock: wallTime });
 * const call = { clock: realClock(), signal: new AbortController().signal };
 * for await (const chunk of model.generate({ messages: [{ role: 'user', content: 'Hello' }], tools: [] }, call)) {
 *   if (chunk.type === 'text') process.stdout.write(chunk.text);
 * }
 * ```
 */
export const ruleModel = (options: RuleModelOptions = {}): RuleModel => new RuleModel(options);
