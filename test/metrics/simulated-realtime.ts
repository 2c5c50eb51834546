import { type LLMChunk, LLMService } from '@voxrill/core';

/** Options of {@link SimulatedRealtime}. */
export interface SimulatedRealtimeOptions {
  /** How long the user, and then the model, speaks in each exchange. */
  readonly speechMs: number;
  readonly tokensPerMinute: number;
  readonly reply: string;
  /** Forgets all that was said before each so many exchanges. @defaultValue never */
  readonly resetEvery?: number;
  /** Replaces all speech by its text before each so many exchanges. @defaultValue never */
  readonly toTextEvery?: number;
}

interface Item {
  tokens: number;
  kind: 'audio' | 'text';
  /** It was input of an earlier response, unchanged. */
  read: boolean;
}

/** A minute of speech is some 150 words: 200 text tokens against 800 of audio. */
const textShare = 0.25;

/**
 * A speech-to-speech model that keeps the conversation in tokens and bills by rule: each response re-reads all items; what was
 * input of an earlier response is cached, what the model said since then is new input once. One conversation an instance.
 */
export class SimulatedRealtime extends LLMService {
  readonly name = 'simulated-realtime';
  readonly #options: SimulatedRealtimeOptions;
  #items: Item[] = [];
  #exchanges = 0;

  constructor(options: SimulatedRealtimeOptions) {
    super();
    this.#options = options;
  }

  async *generate(): AsyncGenerator<LLMChunk> {
    const { reply, resetEvery = Number.POSITIVE_INFINITY, toTextEvery = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#exchanges % resetEvery === 0) this.#items = [];
    if (this.#exchanges % toTextEvery === 0) this.#toText();
    const spoken = this.#tokensOf(this.#exchanges++);
    this.#items.push({ tokens: spoken, kind: 'audio', read: false });
    const prompt = [...this.#items];
    const cached = prompt.filter(({ read }) => read);
    const input = {
      promptTokens: total(prompt),
      promptAudioTokens: total(prompt.filter(isAudio)),
      cachedPromptTokens: total(cached),
      cachedPromptAudioTokens: total(cached.filter(isAudio)),
    };
    for (const item of prompt) item.read = true;
    this.#items.push({ tokens: spoken, kind: 'audio', read: false });
    yield { type: 'text', text: reply };
    yield { type: 'usage', usage: { ...input, completionTokens: spoken, completionAudioTokens: spoken } };
  }

  /** What is behind the first item that has changed is no longer a prefix that a cache knows. */
  #toText(): void {
    let changed = false;
    for (const item of this.#items) {
      if (isAudio(item)) {
        changed = true;
        item.kind = 'text';
        item.tokens = Math.round(item.tokens * textShare);
      }
      if (changed) item.read = false;
    }
  }

  /** Whole tokens, whose sum does not drift from the rate. */
  #tokensOf(exchange: number): number {
    const { speechMs, tokensPerMinute } = this.#options;
    const upTo = (count: number): number => Math.round((count * speechMs * tokensPerMinute) / 60_000);
    return upTo(exchange + 1) - upTo(exchange);
  }
}

function isAudio({ kind }: Item): boolean {
  return kind === 'audio';
}

function total(items: readonly Item[]): number {
  return items.reduce((sum, { tokens }) => sum + tokens, 0);
}
