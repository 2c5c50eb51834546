import { type ServiceCall, type TimedWord, type TTSChunk, TTSService, type TTSTuning } from '@voxrill/core';
import { CallLog, type CallRecord } from './call-log.js';
import { type FakeError, Faults, fakeError, never } from './faults.js';
import { spokenText } from './spoken-text.js';

/** How a fake voice says one text. */
export interface FakeSpeech {
  /** How long the whole takes to hear. @defaultValue `charMs` for each character */
  readonly lastsMs?: number;
  /** Throws once so much of the audio was given. */
  readonly errorAtMs?: number;
  /** @defaultValue 'server' */
  readonly error?: FakeError;
  /** Waits once so much of the audio was given … */
  readonly stallAtMs?: number;
  /** … for so long; forever if it is left out. */
  readonly stallMs?: number;
  /** Gives no audio at all. */
  readonly silent?: boolean;
}

/** Options of {@link fakeTTS}. */
export interface FakeTTSOptions {
  /** @defaultValue 'fake-tts' */
  readonly name?: string;
  /** @defaultValue 16_000 */
  readonly sampleRate?: number;
  /** Audio for a character. @defaultValue 60 */
  readonly charMs?: number;
  /** How long the first chunk takes; 0 sets no timer. @defaultValue 0 */
  readonly firstMs?: number;
  /** Audio in a chunk. @defaultValue 100 */
  readonly chunkMs?: number;
  /** How long each further chunk takes; 0 sets no timer. @defaultValue 0 */
  readonly nextMs?: number;
  /** Whether it says which word lies where. @defaultValue true */
  readonly words?: boolean;
  /** What is special about this text, the `index`th that is spoken. */
  readonly speaks?: (text: string, index: number) => FakeSpeech | undefined;
  readonly tuning?: TTSTuning;
}

/** A call to a fake voice. */
export interface FakeTTSCall extends CallRecord {
  readonly text: string;
  /** How much audio it has given so far. */
  audioMs: number;
}

/** A voice by script. Make one with {@link fakeTTS}. */
export class FakeTTS extends TTSService {
  readonly name: string;
  override readonly tuning: TTSTuning;
  readonly faults: Faults;
  readonly #options: FakeTTSOptions;
  readonly #log = new CallLog<FakeTTSCall>();

  constructor(options: FakeTTSOptions) {
    super();
    const { name = 'fake-tts', tuning = {}, chunkMs = 100 } = options;
    if (!(chunkMs > 0)) throw new RangeError(`chunkMs is ${chunkMs}; it must be more than 0.`);
    this.name = name;
    this.tuning = tuning;
    this.faults = new Faults(name);
    this.#options = options;
  }

  get calls(): readonly FakeTTSCall[] {
    return this.#log.calls;
  }

  async *synthesize(text: string, call: ServiceCall): AsyncGenerator<TTSChunk> {
    const speech = this.#options.speaks?.(text, this.#log.total) ?? {};
    const record = this.#log.open({ startedAtMs: call.clock.now(), endedAtMs: undefined, outcome: 'running', text, audioMs: 0 });
    yield* this.#log.during(record, call, this.#speak(text, speech, call, record));
  }

  async *#speak(text: string, speech: FakeSpeech, call: ServiceCall, record: FakeTTSCall): AsyncGenerator<TTSChunk> {
    const { clock, signal } = call;
    const { sampleRate = 16_000, charMs = 60, firstMs = 0, chunkMs = 100, nextMs = 0, words = true } = this.#options;
    const { lastsMs = text.length * charMs } = speech;
    const { stallAtMs = speech.stallMs === undefined ? Number.POSITIVE_INFINITY : 0 } = speech;
    const { errorAtMs = speech.error === undefined ? Number.POSITIVE_INFINITY : 0 } = speech;
    if (signal.aborted) throw signal.reason;
    const samples = speech.silent === true || text === '' ? new Int16Array(0) : spokenText(text, { lastsMs, sampleRate });
    const chunkSamples = Math.max(1, Math.round((chunkMs * sampleRate) / 1000));
    let stalled = false;
    let waitMs = firstMs;
    for (let begin = 0; begin < samples.length || begin === 0; begin += chunkSamples) {
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      waitMs = nextMs;
      if (this.faults.pending) await this.faults.strike(call);
      if (record.audioMs >= errorAtMs) throw fakeError(this.name, speech.error ?? 'server');
      if (record.audioMs >= stallAtMs && !stalled) {
        stalled = true;
        await (speech.stallMs === undefined ? never(signal) : clock.sleep(speech.stallMs, signal));
      }
      if (signal.aborted) throw signal.reason;
      if (begin >= samples.length) return;
      if (begin === 0 && words) yield { type: 'words', words: wordTimes(text, lastsMs) };
      // A copy: a chunk owns its bytes.
      const chunk = samples.slice(begin, begin + chunkSamples);
      record.audioMs += (chunk.length / sampleRate) * 1000;
      yield { type: 'audio', samples: chunk, sampleRate };
    }
  }
}

/**
 * A voice whose audio carries its text (see {@link spokenText}), so many milliseconds a character. Without latencies it sets
 * no timer.
 *
 * @example
 * ```ts
 * const tts = fakeTTS({ firstMs: 150, charMs: 50, speaks: (text) => (text.startsWith('Sorry') ? { error: 'server' } : {}) });
 * ```
 */
export function fakeTTS(options: FakeTTSOptions = {}): FakeTTS {
  return new FakeTTS(options);
}

function wordTimes(text: string, lastsMs: number): TimedWord[] {
  const charMs = lastsMs / text.length;
  return [...text.matchAll(/\S+/gu)].map((match) => ({
    text: match[0],
    startMs: match.index * charMs,
    endMs: (match.index + match[0].length) * charMs,
  }));
}
