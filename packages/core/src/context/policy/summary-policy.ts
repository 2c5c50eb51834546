import type { LanguageModel } from '../../services/contracts.js';
import { type PreparedModel, preparedModel } from '../../services/prepared-model.js';
import { type EstimateOptions, estimateTokens } from '../estimate-tokens.js';
import type { ContextEntry } from '../llm-context.js';
import type { ContextPolicy, PolicyScope } from './context-policy.js';
import { summarise } from './summarise.js';
import { checkCount, splitContext } from './turns.js';

/** Options of {@link summaryPolicy}. */
export interface SummaryPolicyOptions {
  /** Writes the summary; may be another, cheaper model than the one that talks. */
  readonly model: LanguageModel;
  /** From how many tokens on, tools included, by {@link estimateTokens}. */
  readonly whenTokens: number;
  /** How many turns of the user stay as they are, the present one included. @defaultValue 3 */
  readonly keepTurns?: number;
  /** How long the model may take; then that is an error, and it is tried again later. @defaultValue 20_000 */
  readonly limitMs?: number;
  /** How long to wait after a failure before the next attempt. @defaultValue 30_000 */
  readonly retryMs?: number;
  /** What the model is told to do. @defaultValue asks for a short summary with all names, numbers, wishes and promises */
  readonly instructions?: string;
  /** Called when a summary has taken the place of messages. */
  readonly onSummary?: (summary: Summary) => void;
  readonly estimate?: EstimateOptions;
}

/** What older messages came to. */
export interface Summary {
  readonly text: string;
  /** The messages that it stands for. */
  readonly replaced: readonly ContextEntry[];
}

/**
 * Has a model sum up the older part of a long conversation while the conversation goes on. The summary takes the place of
 * that part at the first request after it is there, unless the part has changed meanwhile. When the model fails or takes too
 * long, that is one error, nothing is lost, and it is tried again later. Kept are the system messages at the head and memories.
 *
 * @example
 * ```ts
 * class Sums extends LLMService {
 *   readonly name = 'sums';
 *   async *generate(): AsyncGenerator<LLMChunk> { yield { type: 'text', text: 'They talked about strawberries.' }; }
 * }
 * const context = contextPair({ policies: [summaryPolicy({ model: new Sums(), whenTokens: 4000 })] });
 * ```
 */
export function summaryPolicy(options: SummaryPolicyOptions): ContextPolicy {
  const { keepTurns = 3, limitMs = 20_000, retryMs = 30_000 } = options;
  checkCount('summaryPolicy', 'whenTokens', options.whenTokens, 1);
  checkCount('summaryPolicy', 'keepTurns', keepTurns, 1);
  checkCount('summaryPolicy', 'limitMs', limitMs, 1);
  checkCount('summaryPolicy', 'retryMs', retryMs, 0);
  return (scope) => {
    const summaries = new Summaries({ ...options, keepTurns, limitMs, retryMs }, scope);
    return ({ entries }) => summaries.apply(entries);
  };
}

type Settings = SummaryPolicyOptions & Required<Pick<SummaryPolicyOptions, 'keepTurns' | 'limitMs' | 'retryMs'>>;

/** A part that is not worth a call of its own yet: less than this share of `whenTokens` of what was said since the last one. */
const worthShare = 0.25;

/** The summaries of one session: at most one is being written, or waits to be put in. */
class Summaries {
  readonly #settings: Settings;
  readonly #scope: PolicyScope;
  readonly #generate: PreparedModel;
  #writing = false;
  #ready: Summary | undefined;
  #notBeforeMs = -Infinity;

  constructor(settings: Settings, scope: PolicyScope) {
    this.#settings = settings;
    this.#scope = scope;
    this.#generate = preparedModel(settings.model, scope);
  }

  apply(entries: readonly ContextEntry[]): readonly ContextEntry[] {
    const ready = this.#ready;
    this.#ready = undefined;
    const kept = ready === undefined ? entries : this.#put(ready, entries);
    if (!this.#writing && this.#scope.clock.now() >= this.#notBeforeMs) this.#consider(kept);
    return kept;
  }

  #put(summary: Summary, entries: readonly ContextEntry[]): readonly ContextEntry[] {
    const replaced = new Set(summary.replaced);
    const first = entries.findIndex((entry) => replaced.has(entry));
    const rest = entries.filter((entry) => !replaced.has(entry));
    // Something of it was rewritten, or taken out: then the summary may say what is not true any more.
    if (entries.length - rest.length < replaced.size) return entries;
    const entry: ContextEntry = {
      message: { role: 'system', content: `What was said before, in short: ${summary.text}` },
      turn: summary.replaced.at(-1)?.turn ?? 0,
      kind: 'summary',
    };
    this.#settings.onSummary?.(summary);
    return rest.toSpliced(first, 0, entry);
  }

  #consider(entries: readonly ContextEntry[]): void {
    const { whenTokens, keepTurns, estimate } = this.#settings;
    const tokens = (some: readonly ContextEntry[], tools = this.#scope.tools): number =>
      estimateTokens(
        some.map(({ message }) => message),
        tools,
        estimate,
      );
    if (tokens(entries) <= whenTokens) return;
    const { body, turns } = splitContext(entries);
    const old = body.slice(0, turns.at(-keepTurns) ?? 0).filter(({ kind }) => kind !== 'memory');
    const fresh = old.filter(({ kind }) => kind !== 'summary');
    if (fresh.length === 0 || tokens(fresh, []) < whenTokens * worthShare) return;
    this.#writing = true;
    this.#write(old).catch((error: unknown) => this.#scope.fail(error));
  }

  async #write(old: readonly ContextEntry[]): Promise<void> {
    const { model, limitMs, retryMs, instructions } = this.#settings;
    const { clock, signal } = this.#scope;
    try {
      const messages = old.map(({ message }) => message);
      const text = await summarise(
        { name: model.name, generate: this.#generate },
        messages,
        { limitMs, ...(instructions === undefined ? {} : { instructions }) },
        this.#scope,
      );
      this.#ready = { text, replaced: old };
    } catch (error) {
      this.#notBeforeMs = clock.now() + retryMs;
      if (!signal.aborted) throw error;
    } finally {
      this.#writing = false;
    }
  }
}
