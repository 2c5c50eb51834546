import type { LLMUsage } from '../frames/frame-map.js';
import type { ServiceUsage } from './observe-usage.js';
import type { ModelPrice, TokenPrice } from './price-book.js';

/** What is paid for. */
export type CostItem =
  | 'text-input'
  | 'cached-text-input'
  | 'text-output'
  | 'audio-input'
  | 'cached-audio-input'
  | 'audio-output'
  | 'characters'
  | 'recognised-ms';

/** So much of one item, and what it cost; without a price if there is none. */
export interface CostLine {
  readonly item: CostItem;
  /** Tokens, characters or milliseconds. */
  readonly quantity: number;
  readonly usd?: number;
}

/** What one model, or one service whose model is not known, has cost. */
export interface ModelCost {
  readonly model: string;
  /** The sum of the lines that have a price. */
  readonly usd: number;
  readonly lines: readonly CostLine[];
}

/** What was spent. Plain data. */
export interface CostReport {
  /** The sum of all that has a price. */
  readonly usd: number;
  /** False when something that was used has no price, so that `usd` is not the whole. */
  readonly complete: boolean;
  readonly models: readonly ModelCost[];
  /** What was used and has no price. */
  readonly unpriced: readonly { readonly model: string; readonly item: CostItem; readonly quantity: number }[];
}

interface Line {
  quantity: number;
  /** Dollars for one, in trillionths. */
  readonly price: number | undefined;
  /** Trillionths of a dollar. */
  cost: number;
}

/** Of more models than this, the rest is not priced. */
const maxModels = 256;

const perDollar = 1e12;

/**
 * Adds up costs. A sum is a whole number of trillionths of a dollar, in which every list price for a million of something is a
 * whole number too; so what is added up is exact, in any order, up to some nine thousand dollars.
 */
export class CostLedger {
  readonly #priceOf: (model: string) => ModelPrice | undefined;
  readonly #models = new Map<string, Map<CostItem, Line>>();

  constructor(priceOf: (model: string) => ModelPrice | undefined) {
    this.#priceOf = priceOf;
  }

  /** Returns the items that have no price. */
  add({ model: billedAs, processor, tokens, characters = 0, audioMs = 0 }: ServiceUsage): readonly CostItem[] {
    const wanted = billedAs ?? processor;
    const model = this.#models.size < maxModels || this.#models.has(wanted) ? wanted : 'others';
    const price = this.#priceOf(model);
    const { perMillionCharacters, perMinute } = price ?? {};
    const quantities: (readonly [CostItem, number, number | undefined])[] = [
      ...(tokens === undefined ? [] : tokenLines(tokens, price)),
      ['characters', characters, perMillionCharacters === undefined ? undefined : perMillionCharacters * 1e6],
      ['recognised-ms', audioMs, perMinute === undefined ? undefined : (perMinute * perDollar) / 60_000],
    ];
    const used = quantities.filter(([, quantity]) => quantity > 0);
    if (used.length === 0) return [];
    const lines = this.#models.get(model) ?? new Map<CostItem, Line>();
    this.#models.set(model, lines);
    const unpriced: CostItem[] = [];
    for (const [item, quantity, each] of used) {
      const line = lines.get(item) ?? { quantity: 0, price: each, cost: 0 };
      lines.set(item, line);
      line.quantity += quantity;
      if (each === undefined) unpriced.push(item);
      else line.cost += Math.round(quantity * each);
    }
    return unpriced;
  }

  report(): CostReport {
    let sum = 0;
    const models: ModelCost[] = [];
    const unpriced: CostReport['unpriced'][number][] = [];
    for (const [model, lines] of this.#models) {
      let cost = 0;
      const shown: CostLine[] = [];
      for (const [item, line] of lines) {
        cost += line.cost;
        const { quantity, price } = line;
        if (price === undefined) unpriced.push({ model, item, quantity });
        shown.push({ item, quantity, ...(price === undefined ? {} : { usd: line.cost / perDollar }) });
      }
      sum += cost;
      models.push({ model, usd: cost / perDollar, lines: shown });
    }
    return { usd: sum / perDollar, complete: unpriced.length === 0, models, unpriced };
  }
}

/** Which tokens are billed as what; prices in trillionths of a dollar for one. */
function tokenLines(usage: LLMUsage, price: ModelPrice | undefined): (readonly [CostItem, number, number | undefined])[] {
  const { promptTokens, completionTokens, cachedPromptTokens = 0, promptAudioTokens = 0, completionAudioTokens = 0 } = usage;
  const text = Math.max(0, promptTokens - promptAudioTokens);
  // A provider that does not say what kind the cached tokens are: what cannot be text is audio.
  const cachedAudio = Math.min(promptAudioTokens, usage.cachedPromptAudioTokens ?? Math.max(0, cachedPromptTokens - text));
  const cachedText = Math.min(text, Math.max(0, cachedPromptTokens - cachedAudio));
  const each = (kind: 'text' | 'audio', which: keyof TokenPrice): number | undefined => {
    const prices = price?.[kind];
    const dollars = prices?.[which] ?? (which === 'cachedInput' ? prices?.input : undefined);
    return dollars === undefined ? undefined : Math.round(dollars * 1e6);
  };
  return [
    ['text-input', text - cachedText, each('text', 'input')],
    ['cached-text-input', cachedText, each('text', 'cachedInput')],
    ['text-output', Math.max(0, completionTokens - completionAudioTokens), each('text', 'output')],
    ['audio-input', promptAudioTokens - cachedAudio, each('audio', 'input')],
    ['cached-audio-input', cachedAudio, each('audio', 'cachedInput')],
    ['audio-output', completionAudioTokens, each('audio', 'output')],
  ];
}
