import { type LLMChunk, LLMService } from '@voxrill/core';

/** Options of {@link SimulatedRealtime}. */
export interface SimulatedRealtimeOptions {
  /** How long the user, and then the model, speaks in each exchange. */
  readonly speechMs: number;
  readonly tokensPerMinute: number;
  readonly reply: string;
  /** Forgets all that was said before each so many exchanges. @defaultValue never */
  readonly resetEvery?: number;
}

/**
 * A speech-to-speech model that keeps the conversation in tokens and bills by rule: each response re-reads all items; what was
 * input of an earlier response is cached, what the model said since then is new input once. One conversation an instance.
 */
export class SimulatedRealtime extends LLMService {
  readonly name = 'simulated-realtime';
  readonly #options: SimulatedRealtimeOptions;
  #items: { readonly tokens: number; read: boolean }[] = [];
  #exchanges = 0;

  constructor(options: SimulatedRealtimeOptions) {
    super();
    this.#options = options;
  }

  async *generate(): AsyncGenerator<LLMChunk> {
    const { reply, resetEvery = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#exchanges % resetEvery === 0) this.#items = [];
    const spoken = this.#tokensOf(this.#exchanges++);
    this.#items.push({ tokens: spoken, read: false });
    const prompt = total(this.#items);
    const cached = total(this.#items.filter(({ read }) => read));
    for (const item of this.#items) item.read = true;
    this.#items.push({ tokens: spoken, read: false });
    yield { type: 'text', text: reply };
    yield {
      type: 'usage',
      usage: {
        promptTokens: prompt,
        promptAudioTokens: prompt,
        cachedPromptTokens: cached,
        cachedPromptAudioTokens: cached,
        completionTokens: spoken,
        completionAudioTokens: spoken,
      },
    };
  }

  /** Whole tokens, whose sum does not drift from the rate. */
  #tokensOf(exchange: number): number {
    const { speechMs, tokensPerMinute } = this.#options;
    const upTo = (count: number): number => Math.round((count * speechMs * tokensPerMinute) / 60_000);
    return upTo(exchange + 1) - upTo(exchange);
  }
}

function total(items: readonly { readonly tokens: number }[]): number {
  return items.reduce((sum, { tokens }) => sum + tokens, 0);
}
