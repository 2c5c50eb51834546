import { type Logger, silentLogger } from '../session/logger.js';
import { CostLedger, type CostReport } from './cost-ledger.js';
import type { ObservedSession } from './each-frame-once.js';
import { observeUsage, type ServiceUsage } from './observe-usage.js';
import { type ModelPrice, priceBook } from './price-book.js';
import type { SessionMeter } from './session-meter.js';

/** Options of {@link costMeter}. */
export interface CostMeterOptions {
  /** The first entry that names a model counts. @defaultValue priceBook */
  readonly prices?: readonly ModelPrice[];
  /** What the services are billed as that do not say it themselves, by the name of the processor. */
  readonly models?: Readonly<Record<string, string>>;
  /** Is told once of each model that something has no price for. @defaultValue silent; the report says it as well */
  readonly logger?: Pick<Logger, 'warn'>;
}

/** Adds up what sessions cost. */
export interface CostMeter {
  /** Takes another session in. */
  watch(session: ObservedSession): SessionMeter<CostReport>;
  /** Counts what no session tells of. */
  add(usage: ServiceUsage): void;
  /** Of all sessions together. */
  report(): CostReport;
}

/** Of so many models it is remembered that they were told of. */
const maxTold = 256;

/**
 * Reckons in dollars what is used, from the usage that providers report in `metrics` frames: the price of a conversation as it
 * is billed, with its cached and audio tokens, not an estimate from its length. A model without a price is told once and
 * listed as unpriced; it never counts as free.
 *
 * @example
 * ```ts
 * const meter = costMeter({ models: { llm: 'gpt-4o-mini' } });
 * meter.add({ processor: 'llm', tokens: { promptTokens: 2000, cachedPromptTokens: 1024, completionTokens: 100 } });
 * const { usd, complete } = meter.report();
 * console.log(`$${usd.toFixed(6)}${complete ? '' : ' and more'}`);
 * ```
 */
export function costMeter(options: CostMeterOptions = {}): CostMeter {
  const { prices = priceBook, models = {}, logger = silentLogger } = options;
  for (const price of prices) mustBePrice(price);
  const book = new Map<string, ModelPrice>();
  for (const price of prices.toReversed()) for (const name of [price.model, ...(price.aliases ?? [])]) book.set(name, price);

  const newLedger = (): CostLedger => new CostLedger((model) => book.get(model));
  const all = newLedger();
  const told = new Set<string>();
  const named = (usage: ServiceUsage): ServiceUsage => {
    const model = models[usage.processor] ?? usage.model;
    return model === undefined ? usage : { ...usage, model };
  };
  const count = (usage: ServiceUsage): void => {
    const unpriced = all.add(usage);
    const model = usage.model ?? usage.processor;
    if (unpriced.length === 0 || told.has(model) || told.size >= maxTold) return;
    told.add(model);
    logger.warn(`The price book has no price for ${unpriced.join(', ')} of "${model}"; add one to prices, or name the model.`, {
      model,
      processor: usage.processor,
    });
  };

  return {
    watch: (session) => {
      const own = newLedger();
      const stop = observeUsage(session, (used) => {
        const usage = named(used);
        own.add(usage);
        count(usage);
      });
      return { report: () => own.report(), stop };
    },
    add: (usage) => count(named(usage)),
    report: () => all.report(),
  };
}

function mustBePrice({ model, text, audio, perMillionCharacters, perMinute }: ModelPrice): void {
  const values = [text?.input, text?.cachedInput, text?.output, audio?.input, audio?.cachedInput, audio?.output];
  for (const value of [...values, perMillionCharacters, perMinute]) {
    if (value !== undefined && !(value >= 0 && Number.isFinite(value)))
      throw new RangeError(`A price of "${model}" is ${value}; it is a number of dollars, 0 or more.`);
  }
}
