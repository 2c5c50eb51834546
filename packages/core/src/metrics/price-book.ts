/** What a million tokens of one kind cost, in US dollars. */
export interface TokenPrice {
  readonly input: number;
  /** What the provider had cached of the input. @defaultValue the price of input */
  readonly cachedInput?: number;
  readonly output: number;
}

/** What one model costs, in US dollars. Whatever has no price here is reported as unpriced. */
export interface ModelPrice {
  readonly model: string;
  /** Other names under which the same price is due. */
  readonly aliases?: readonly string[];
  /** For a million tokens. */
  readonly text?: TokenPrice;
  /** For a million tokens. */
  readonly audio?: TokenPrice;
  /** For a million characters that are spoken. */
  readonly perMillionCharacters?: number;
  /** For a minute of audio that is recognised. */
  readonly perMinute?: number;
  /** Where the price stands, and since or as of when. */
  readonly source: string;
  readonly asOf: string;
}

const models = 'https://developers.openai.com/api/docs/models';

/**
 * List prices. They change, and yours may differ: give `costMeter` your own list, or put your entries before these.
 *
 * @example
 * ```ts
 * const prices: ModelPrice[] = [
 *   { model: 'house-voice', perMillionCharacters: 4, source: 'our contract', asOf: '2026-01-01' },
 *   ...priceBook,
 * ];
 * ```
 */
export const priceBook: readonly ModelPrice[] = [
  {
    // 600 audio tokens a minute in and 1200 out make the $0.06 and $0.24 a minute of the announcement.
    model: 'gpt-4o-realtime-preview-2024-10-01',
    text: { input: 5, cachedInput: 2.5, output: 20 },
    audio: { input: 100, cachedInput: 20, output: 200 },
    source: 'https://openai.com/index/introducing-the-realtime-api',
    asOf: '2024-10-30',
  },
  {
    model: 'gpt-4o-realtime-preview',
    aliases: ['gpt-4o-realtime-preview-2024-12-17', 'gpt-4o-realtime-preview-2025-06-03'],
    text: { input: 5, cachedInput: 2.5, output: 20 },
    audio: { input: 40, cachedInput: 2.5, output: 80 },
    source: `${models}/gpt-4o-realtime-preview`,
    asOf: '2024-12-17',
  },
  {
    model: 'gpt-realtime',
    aliases: ['gpt-realtime-2025-08-28', 'gpt-realtime-1.5'],
    text: { input: 4, cachedInput: 0.4, output: 16 },
    audio: { input: 32, cachedInput: 0.4, output: 64 },
    source: `${models}/gpt-realtime-1.5`,
    asOf: '2025-08-28',
  },
  {
    model: 'gpt-4o',
    aliases: ['gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'],
    text: { input: 2.5, cachedInput: 1.25, output: 10 },
    source: 'https://openai.com/index/api-prompt-caching',
    asOf: '2024-10-01',
  },
  {
    model: 'gpt-4o-mini',
    aliases: ['gpt-4o-mini-2024-07-18'],
    text: { input: 0.15, cachedInput: 0.075, output: 0.6 },
    source: 'https://openai.com/index/api-prompt-caching',
    asOf: '2024-10-01',
  },
  { model: 'tts-1', perMillionCharacters: 15, source: `${models}/tts-1`, asOf: '2023-11-06' },
  { model: 'tts-1-hd', perMillionCharacters: 30, source: `${models}/tts-1`, asOf: '2023-11-06' },
  { model: 'gpt-realtime-whisper', perMinute: 0.017, source: `${models}/gpt-realtime-whisper`, asOf: '2026-11-01' },
];
