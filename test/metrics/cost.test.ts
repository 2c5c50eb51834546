import { type CostReport, costMeter, type ModelPrice, priceBook } from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeTTS, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { SimulatedRealtime, type SimulatedRealtimeOptions } from './simulated-realtime.js';

const model = 'gpt-4o-realtime-preview-2024-10-01';
const exchangesPerMinute = 3;
/** 70 % of the time is speech, half of it the user's. */
const speechMs = (60_000 * 0.7) / 2 / exchangesPerMinute;
const tokensPerMinute = 800;

/** Talks for so many minutes with a simulated realtime model, and gives the bill. */
async function talk(
  minutes: number,
  options: Pick<SimulatedRealtimeOptions, 'resetEvery' | 'toTextEvery'> = {},
): Promise<CostReport> {
  const reply = 'This is what I have to say to it.';
  const meter = costMeter({ models: { 'simulated-realtime': model } });
  const bot = cascadeBot({
    llm: new SimulatedRealtime({ speechMs, tokensPerMinute, reply, ...options }),
    tts: fakeTTS({ speaks: () => ({ lastsMs: speechMs }) }),
  });
  const { report } = await simulate({
    bot,
    script: async ({ session, user, bot: heard }) => {
      meter.watch(session);
      for (let exchange = 1; exchange <= minutes * exchangesPerMinute; exchange++) {
        await user.says('This is what I want to know.', { lastsMs: speechMs });
        await heard.finishes();
        const rest = (exchange * 60_000) / exchangesPerMinute - session.clock.now();
        await user.silentFor(rest);
      }
    },
  });
  expect(report.durationMs).toBeCloseTo(minutes * 60_000, -1);
  return onlyModel(meter.report());
}

/** Without the fake voice, which has no price. */
function onlyModel(report: CostReport): CostReport {
  return { ...report, models: report.models.filter((cost) => cost.model === model) };
}

let wholeCall: Promise<CostReport> | undefined;
/** A quarter of an hour without any saving, which several tests compare with. */
function quarterOfAnHour(): Promise<CostReport> {
  wholeCall ??= talk(15);
  return wholeCall;
}

const cents = (usd: number): string => usd.toFixed(2);

/** The closed formula of the same bill; dollars. */
function formula(minutes: number): number {
  const price = priceBook.find((entry) => entry.model === model)?.audio ?? { input: 0, cachedInput: 0, output: 0 };
  const { input, cachedInput = input, output } = price;
  const n = exchangesPerMinute * minutes;
  const each = (speechMs * tokensPerMinute) / 60_000;
  const millionths =
    n * each * (input + output) + (n - 1) * each * input + cachedInput * each * ((n * (n - 1)) / 2 + ((n - 1) * (n - 2)) / 2);
  return millionths / 1e6;
}

describe('the cost of a simulated conversation', () => {
  it.each([
    [1, '0.11'],
    [2, '0.26'],
    [5, '0.92'],
    [10, '2.68'],
    [15, '5.28'],
  ])('of %i minutes comes out to the cent: $%s (S001-70)', async (minutes, usd) => {
    const report = await talk(minutes);
    expect(cents(report.usd)).toBe(usd);
    const items = report.models[0]?.lines.map(({ item }) => item).toSorted();
    expect(items).toEqual(['audio-input', 'audio-output', 'cached-audio-input']);
  });

  it('agrees with the closed formula, which it does not use, and grows with the square of the time (S001-70)', async () => {
    for (const minutes of [1, 3, 7, 12]) {
      const { usd } = await talk(minutes);
      expect(Math.abs(usd - formula(minutes))).toBeLessThan(0.001);
    }
    expect(formula(20) / formula(10)).toBeGreaterThan(3);
  });

  it('is less than half when the context is reset every few turns (S001-71)', async () => {
    const [whole, reset] = [await quarterOfAnHour(), await talk(15, { resetEvery: 8 })];
    expect(reset.usd).toBeLessThan(whole.usd / 2);
    const quantity = (report: CostReport, item: string): number =>
      report.models[0]?.lines.find((line) => line.item === item)?.quantity ?? 0;
    // The same is said; only what is read again is less.
    expect(quantity(reset, 'audio-output')).toBe(quantity(whole, 'audio-output'));
    expect(quantity(reset, 'cached-audio-input')).toBeLessThan(quantity(whole, 'cached-audio-input') / 4);
  });

  it('is less than half when speech is replaced by its text every few turns, and nothing is forgotten (S001-71)', async () => {
    const [whole, text] = [await quarterOfAnHour(), await talk(15, { toTextEvery: 8 })];
    expect(text.usd).toBeLessThan(whole.usd / 2);
    const items = text.models[0]?.lines.map(({ item }) => item);
    expect(items).toEqual(expect.arrayContaining(['text-input', 'cached-text-input']));
  });

  it('would be almost four times as much at 15 minutes if nothing were cached, which is 80 % cheaper (S001-72)', async () => {
    const { models, usd } = await quarterOfAnHour();
    const cached = models[0]?.lines.find(({ item }) => item === 'cached-audio-input');
    const price = priceBook.find((entry) => entry.model === model)?.audio;
    expect(price?.cachedInput).toBe((price?.input ?? 0) * 0.2);
    const uncached = usd + ((cached?.quantity ?? 0) * ((price?.input ?? 0) - (price?.cachedInput ?? 0))) / 1e6;
    expect(uncached / usd).toBeCloseTo(3.74, 2);
  });
});

describe('the price book', () => {
  const entry = (name: string): ModelPrice => {
    const found = priceBook.find((price) => price.model === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };

  it('has a source and a date for each price', () => {
    for (const { source, asOf } of priceBook) {
      expect(source).toMatch(/^https:/u);
      expect(asOf).toMatch(/^20\d\d-\d\d-\d\d$/u);
    }
  });

  it('makes $0.06 a minute of audio in and $0.24 out of the first realtime model, at 600 and 1200 tokens (S000-15, S002-3)', () => {
    const { audio, text } = entry(model);
    expect((600 * (audio?.input ?? 0)) / 1e6).toBeCloseTo(0.06, 10);
    expect((1200 * (audio?.output ?? 0)) / 1e6).toBeCloseTo(0.24, 10);
    expect(text).toEqual({ input: 5, cachedInput: 2.5, output: 20 });
  });

  it('takes half for what a chat model had cached (S000-20, S002-4)', () => {
    for (const name of ['gpt-4o', 'gpt-4o-mini']) {
      const { text } = entry(name);
      expect(text?.cachedInput).toBe((text?.input ?? 0) / 2);
      const meter = costMeter();
      meter.add({ processor: 'llm', model: name, tokens: { promptTokens: 1e6, cachedPromptTokens: 1e6, completionTokens: 0 } });
      expect(meter.report().usd).toBe((text?.input ?? 0) / 2);
    }
  });
});

describe('a cost meter that watches sessions', () => {
  const usage = { promptTokens: 2000, cachedPromptTokens: 1024, completionTokens: 100 };

  it('knows the cost of each session and of all, by model, characters included', async () => {
    const meter = costMeter({ models: { 'fake-llm': 'gpt-4o-mini', 'fake-tts': 'tts-1' } });
    const reports: CostReport[] = [];
    for (const turns of [1, 2]) {
      await simulate({
        bot: cascadeBot({ llm: fakeLLM({ usage, replies: 'Ten chars.' }) }),
        script: async ({ session, user, bot }) => {
          const own = meter.watch(session);
          for (let turn = 0; turn < turns; turn++) {
            await user.types('Hello.');
            await bot.finishes();
          }
          reports.push(own.report());
        },
      });
    }
    const once = (976 * 0.15 + 1024 * 0.075 + 100 * 0.6 + 10 * 15) / 1e6;
    expect(reports.map(({ usd }) => usd.toFixed(12))).toEqual([once.toFixed(12), (once * 2).toFixed(12)]);
    expect(meter.report().usd.toFixed(12)).toBe((once * 3).toFixed(12));
    expect(meter.report()).toMatchObject({ complete: true, unpriced: [] });
    expect(
      meter
        .report()
        .models.map(({ model: name }) => name)
        .toSorted(),
    ).toEqual(['gpt-4o-mini', 'tts-1']);
  });

  it('tells once of a model without a price, lists what it has used, and does not count it as free', async () => {
    const warnings: string[] = [];
    const meter = costMeter({ logger: { warn: (message) => warnings.push(message) } });
    await simulate({
      bot: cascadeBot({ llm: fakeLLM({ name: 'house-model', usage }), tts: fakeTTS({ name: 'tts-1' }) }),
      script: async ({ session, user, bot }) => {
        meter.watch(session);
        for (let turn = 0; turn < 3; turn++) {
          await user.types('Hello.');
          await bot.finishes();
        }
      },
    });
    const report = meter.report();
    expect(warnings).toEqual([expect.stringContaining('"house-model"')]);
    expect(report.complete).toBe(false);
    expect(report.unpriced).toContainEqual({ model: 'house-model', item: 'cached-text-input', quantity: 3072 });
    expect(report.models.find(({ model: name }) => name === 'house-model')?.lines.every(({ usd }) => usd === undefined)).toBe(
      true,
    );
  });
});
