// What a conversation costs, from the usage that the provider reports: a simulated speech-to-speech model that re-reads its
// history for each answer, and has cached all that it read before. Why long calls are dear, and what a reset saves.
// npm run example cost-meter
import { costMeter, type LLMChunk, LLMService } from '@voxrill/core';
import { cascadeBot, fakeTTS, simulate } from '@voxrill/testing';

/** Three exchanges a minute, 70 % of it speech, half the user's; 800 tokens for a minute of speech. */
const speechMs = 7000;
const everyMs = 20_000;
const tokens = (exchange: number) => Math.round((exchange * speechMs * 800) / 60_000);

class SimulatedRealtime extends LLMService {
  readonly name = 'realtime';
  readonly #resetEvery: number;
  #exchange = 0;
  #read = 0;
  #unread = 0;

  constructor(resetEvery: number) {
    super();
    this.#resetEvery = resetEvery;
  }

  async *generate(): AsyncGenerator<LLMChunk> {
    if (this.#exchange % this.#resetEvery === 0) this.#read = this.#unread = 0;
    const spoken = tokens(this.#exchange + 1) - tokens(this.#exchange++);
    const cached = this.#read;
    const prompt = cached + this.#unread + spoken;
    this.#read = prompt;
    this.#unread = spoken;
    yield { type: 'text', text: 'That is all I can say about it.' };
    const input = {
      promptTokens: prompt,
      promptAudioTokens: prompt,
      cachedPromptTokens: cached,
      cachedPromptAudioTokens: cached,
    };
    yield { type: 'usage', usage: { ...input, completionTokens: spoken, completionAudioTokens: spoken } };
  }
}

async function bill(minutes: number, model: string, resetEvery = Number.POSITIVE_INFINITY): Promise<string> {
  const meter = costMeter({ models: { realtime: model } });
  await simulate({
    bot: cascadeBot({ llm: new SimulatedRealtime(resetEvery), tts: fakeTTS({ speaks: () => ({ lastsMs: speechMs }) }) }),
    script: async ({ session, user, bot }) => {
      meter.watch(session);
      for (let exchange = 1; exchange * everyMs <= minutes * 60_000; exchange++) {
        await user.says('And what about this?', { lastsMs: speechMs });
        await bot.finishes();
        await user.silentFor(exchange * everyMs - session.clock.now());
      }
    },
  });
  const cost = meter.report().models.find((entry) => entry.model === model);
  return `$${(cost?.usd ?? Number.NaN).toFixed(2)}`.padStart(12);
}

const preview = 'gpt-4o-realtime-preview-2024-10-01';
process.stdout.write(`minutes      2024-10  reset every 8 turns  gpt-realtime\n`);
for (const minutes of [1, 2, 5, 10, 15]) {
  const cells = [
    await bill(minutes, preview),
    `         ${await bill(minutes, preview, 8)}`,
    `  ${await bill(minutes, 'gpt-realtime')}`,
  ];
  process.stdout.write(`${String(minutes).padStart(7)} ${cells.join('')}\n`);
}
