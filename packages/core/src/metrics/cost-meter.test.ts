import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costMeter } from './cost-meter.js';
import type { ModelPrice } from './price-book.js';

const price: ModelPrice = {
  model: 'm',
  aliases: ['m-2026'],
  text: { input: 5, cachedInput: 2.5, output: 20 },
  audio: { input: 100, cachedInput: 20, output: 200 },
  perMillionCharacters: 15,
  perMinute: 0.006,
  source: 'a test',
  asOf: '2026-01-01',
};
const prices = [price];

const some = fc
  .record({
    cachedText: fc.nat(5000),
    text: fc.nat(5000),
    cachedAudio: fc.nat(5000),
    audio: fc.nat(5000),
    textOut: fc.nat(5000),
    audioOut: fc.nat(5000),
  })
  .map((count) => ({
    count,
    tokens: {
      promptTokens: count.cachedText + count.text + count.cachedAudio + count.audio,
      promptAudioTokens: count.cachedAudio + count.audio,
      cachedPromptTokens: count.cachedText + count.cachedAudio,
      cachedPromptAudioTokens: count.cachedAudio,
      completionTokens: count.textOut + count.audioOut,
      completionAudioTokens: count.audioOut,
    },
  }));

describe('a cost meter', () => {
  it('bills each token once, as text or audio, cached or new', () => {
    fc.assert(
      fc.property(some, ({ count, tokens }) => {
        const meter = costMeter({ prices });
        meter.add({ processor: 'p', model: 'm', tokens });
        const { cachedText, text, cachedAudio, audio, textOut, audioOut } = count;
        const millionths = text * 5 + cachedText * 2.5 + audio * 100 + cachedAudio * 20 + textOut * 20 + audioOut * 200;
        expect(meter.report().usd).toBeCloseTo(millionths / 1e6, 12);
      }),
    );
  });

  it('comes to the same sum in any order, to the last digit', () => {
    fc.assert(
      fc.property(fc.array(some, { maxLength: 30 }), (usages) => {
        const sums = [usages, usages.toReversed()].map((order) => {
          const meter = costMeter({ prices });
          for (const { tokens } of order) meter.add({ processor: 'p', model: 'm', tokens, characters: 7, audioMs: 1234 });
          return meter.report().usd;
        });
        expect(sums[0]).toBe(sums[1]);
      }),
    );
  });

  it('bills characters by the million and audio by the minute', () => {
    const meter = costMeter({ prices });
    meter.add({ processor: 'voice', model: 'm', characters: 1_000_000 });
    meter.add({ processor: 'ears', model: 'm-2026', audioMs: 90_000 });
    expect(meter.report()).toMatchObject({ usd: 15.009, complete: true });
  });

  it('takes cached tokens of unknown kind for text as far as there is text', () => {
    const meter = costMeter({ prices });
    const tokens = { promptTokens: 1500, promptAudioTokens: 1000, cachedPromptTokens: 700, completionTokens: 0 };
    meter.add({ processor: 'p', model: 'm', tokens });
    expect(meter.report().models[0]?.lines.map(({ item, quantity }) => [item, quantity])).toEqual([
      ['cached-text-input', 500],
      ['audio-input', 800],
      ['cached-audio-input', 200],
    ]);
  });

  it('bills what was cached as new if the model has no price for it', () => {
    const meter = costMeter({ prices: [{ ...price, text: { input: 5, output: 20 } }] });
    meter.add({ processor: 'p', model: 'm', tokens: { promptTokens: 1e6, cachedPromptTokens: 1e6, completionTokens: 0 } });
    expect(meter.report().usd).toBe(5);
  });

  it('says what of a model has no price, once in the log and always in the report', () => {
    const warnings: string[] = [];
    const meter = costMeter({
      prices: [{ model: 'm', perMinute: 1, source: 'a test', asOf: '2026-01-01' }],
      logger: { warn: (message) => warnings.push(message) },
    });
    meter.add({ processor: 'p', model: 'm', audioMs: 60_000 });
    meter.add({ processor: 'p', model: 'm', characters: 3 });
    meter.add({ processor: 'p', model: 'm', characters: 4 });
    expect(meter.report()).toMatchObject({
      usd: 1,
      complete: false,
      unpriced: [{ model: 'm', item: 'characters', quantity: 7 }],
    });
    expect(warnings).toHaveLength(1);
  });

  it('takes a service for a model of its own name if nobody says what it is billed as', () => {
    const meter = costMeter({ prices });
    meter.add({ processor: 'm', characters: 1_000_000 });
    expect(meter.report().usd).toBe(15);
  });

  it('lets the first entry that names a model count', () => {
    const meter = costMeter({ prices: [{ ...price, perMillionCharacters: 4 }, price] });
    meter.add({ processor: 'p', model: 'm', characters: 1_000_000 });
    expect(meter.report().usd).toBe(4);
  });

  it('refuses a price that is none', () => {
    expect(() => costMeter({ prices: [{ ...price, perMinute: -1 }] })).toThrow('"m" is -1');
    expect(() => costMeter({ prices: [{ ...price, text: { input: Number.NaN, output: 1 } }] })).toThrow(RangeError);
  });

  it('prices no more than so many models, and counts the rest as unpriced', () => {
    const meter = costMeter({ prices });
    for (let i = 0; i < 1000; i++) meter.add({ processor: `p${i}`, characters: 1 });
    const { models, unpriced } = meter.report();
    expect(models.length).toBeLessThanOrEqual(257);
    expect(unpriced.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(1000);
  });
});
