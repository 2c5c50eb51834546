import type { LLMRequest } from '../services/contracts.js';

/** What a prompt cache would serve of one request. */
export interface CachedPrefix {
  /** Tokens of the beginning that both requests share. */
  readonly sharedTokens: number;
  /** How many of them a cache would serve. */
  readonly cachedTokens: number;
  /** Whether the next request begins with all of the previous one: nothing that was sent has been changed. */
  readonly whole: boolean;
}

/** Options of {@link cachedPrefix}. */
export interface CachedPrefixOptions {
  /** How long after the previous request the next one comes. @defaultValue 0 */
  readonly idleMs?: number;
  /** How long a cache keeps an unused prefix; providers say 5 to 10 minutes. @defaultValue 300_000 */
  readonly ttlMs?: number;
  /** @defaultValue a token for four characters */
  readonly countTokens?: (text: string) => number;
}

/**
 * How many of `sharedTokens` a provider's prompt cache serves: none below 1024, then in steps of 128. (OpenAI's rule since
 * October 2024.)
 *
 * @example
 * ```ts
 * console.log([1023, 1151, 1300].map(cachedTokens)); // [0, 1024, 1280]
 * ```
 */
export function cachedTokens(sharedTokens: number): number {
  return sharedTokens < 1024 ? 0 : 1024 + 128 * Math.floor((sharedTokens - 1024) / 128);
}

/**
 * What a prompt cache would serve of a request that follows another. Tools count as well: they stand before the messages, so
 * a list in another order costs the whole cache.
 *
 * @example
 * ```ts
 * const first: LLMRequest = { messages: [{ role: 'system', content: 'You sell strawberries.' }], tools: [] };
 * const second: LLMRequest = { ...first, messages: [...first.messages, { role: 'user', content: 'How much?' }] };
 * console.log(cachedPrefix(first, second).whole); // true
 * ```
 */
export function cachedPrefix(previous: LLMRequest, next: LLMRequest, options: CachedPrefixOptions = {}): CachedPrefix {
  const { idleMs = 0, ttlMs = 300_000, countTokens = (text) => Math.floor(text.length / 4) } = options;
  const before = serialised(previous);
  const after = serialised(next);
  let length = 0;
  while (length < before.length && length < after.length && before[length] === after[length]) length++;
  const sharedTokens = countTokens(before.slice(0, length));
  return {
    sharedTokens,
    cachedTokens: idleMs > ttlMs ? 0 : cachedTokens(sharedTokens),
    whole: length === before.length,
  };
}

function serialised({ messages, tools }: LLMRequest): string {
  return [...tools, ...messages].map((part) => `${JSON.stringify(part)}\n`).join('');
}
