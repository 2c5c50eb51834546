import { type ServiceCall, STTService, type STTTuning, type TranscriptResult, type UtteranceAudio } from '@voxrill/core';
import { CallLog, type CallRecord } from './call-log.js';
import { type FakeError, Faults, fakeError, never } from './faults.js';
import { orAborted } from './or-aborted.js';
import { heardOn } from './spoken-text.js';

/** What a fake recogniser makes of one utterance. */
export interface FakeHearing {
  /** @defaultValue the text that the audio carries */
  readonly text?: string;
  readonly language?: string;
  /** Results before the final one, one at each chunk of audio. @defaultValue the words of the audio, as they come */
  readonly interims?: readonly string[];
  /** How long after the end of the audio the final result comes. @defaultValue `finalMs` of the recogniser */
  readonly finalMs?: number;
  /** Ends without a final result. */
  readonly missing?: boolean;
  /** Never ends by itself. */
  readonly hang?: boolean;
  /** Throws in place of the final result. */
  readonly error?: FakeError;
}

/** Options of {@link fakeSTT}. */
export interface FakeSTTOptions {
  /** @defaultValue 'fake-stt' */
  readonly name?: string;
  /** @defaultValue 16_000 */
  readonly sampleRate?: number;
  /**
   * What it hears, by utterance: a list in the order of utterances, which must be long enough, or a function of what the
   * audio carries. A string is short for `{ text }`.
   * @defaultValue what the audio carries
   */
  readonly hears?: readonly (string | FakeHearing)[] | ((spoken: string, index: number) => string | FakeHearing);
  /** Whether there are results before the final one. @defaultValue true */
  readonly interims?: boolean;
  /** How long after the end of the audio the final result comes; 0 sets no timer. @defaultValue 0 */
  readonly finalMs?: number;
  /** What it announces of its latency. @defaultValue nothing */
  readonly finalP99Ms?: number;
  readonly tuning?: STTTuning;
}

/** A call to a fake recogniser. */
export interface FakeSTTCall extends CallRecord {
  /** The text that the audio carried so far. */
  spoken: string;
  samples: number;
  /** The last text that it gave. */
  text: string;
}

/** A recogniser by script. Make one with {@link fakeSTT}. */
export class FakeSTT extends STTService {
  readonly name: string;
  readonly sampleRate: number;
  override readonly tuning: STTTuning;
  override readonly finalP99Ms: number | undefined;
  readonly faults: Faults;
  readonly #options: FakeSTTOptions;
  readonly #log = new CallLog<FakeSTTCall>();

  constructor(options: FakeSTTOptions) {
    super();
    const { name = 'fake-stt', sampleRate = 16_000, tuning = {} } = options;
    this.name = name;
    this.sampleRate = sampleRate;
    this.tuning = tuning;
    this.finalP99Ms = options.finalP99Ms;
    this.faults = new Faults(name);
    this.#options = options;
  }

  get calls(): readonly FakeSTTCall[] {
    return this.#log.calls;
  }

  async *transcribe(audio: UtteranceAudio, call: ServiceCall): AsyncGenerator<TranscriptResult> {
    const { clock, signal } = call;
    const index = this.#log.total;
    const record = this.#log.open({
      startedAtMs: clock.now(),
      endedAtMs: undefined,
      outcome: 'running',
      spoken: '',
      samples: 0,
      text: '',
    });
    try {
      yield* this.#listen(audio, call, record, index);
      const hearing = this.#hearing(record.spoken.trim(), index);
      const { text = record.spoken.trim(), finalMs = this.#options.finalMs ?? 0, language } = hearing;
      if (finalMs > 0) await clock.sleep(finalMs, signal);
      if (this.faults.pending) await this.faults.strike(call);
      if (hearing.hang === true) await never(signal);
      if (hearing.error !== undefined) throw fakeError(this.name, hearing.error);
      if (signal.aborted) throw signal.reason;
      record.outcome = 'finished';
      if (hearing.missing === true) return;
      record.text = text;
      yield { text, final: true, ...(language === undefined ? {} : { language }) };
    } catch (error) {
      record.outcome = signal.aborted ? 'aborted' : 'failed';
      throw error;
    } finally {
      record.endedAtMs = clock.now();
      if (record.outcome === 'running') record.outcome = 'aborted';
    }
  }

  async *#listen(audio: UtteranceAudio, call: ServiceCall, record: FakeSTTCall, index: number): AsyncGenerator<TranscriptResult> {
    const { hears, interims = true } = this.#options;
    const scripted = Array.isArray(hears) ? this.#hearing('', index).interims : undefined;
    const chunks = audio.chunks[Symbol.asyncIterator]();
    let given = 0;
    try {
      for (;;) {
        const step = await orAborted(chunks.next(), call.signal);
        if (step.done === true) return;
        record.samples += step.value.length;
        record.spoken = heardOn(record.spoken, step.value);
        if (!interims) continue;
        const text = scripted === undefined ? wholeWords(record.spoken) : scripted[given];
        if (text === undefined || text === '' || text === record.text) continue;
        if (this.faults.pending) await this.faults.strike(call);
        given++;
        record.text = text;
        yield { text, final: false };
      }
    } finally {
      // Not awaited: a source that hangs would hang here again.
      chunks.return?.().then(ignore, ignore);
    }
  }

  #hearing(spoken: string, index: number): FakeHearing {
    const { hears } = this.#options;
    if (hears === undefined) return {};
    const hearing = typeof hears === 'function' ? hears(spoken, index) : hears[index];
    if (hearing === undefined) {
      throw new Error(`The script of "${this.name}" has ${hears.length} utterances and there was one more; add it to "hears".`);
    }
    return typeof hearing === 'string' ? { text: hearing } : hearing;
  }
}

/**
 * A recogniser that hears what the audio carries, or what its script says, when its script says. Without latencies it sets
 * no timer.
 *
 * @example
 * ```ts
 * const stt = fakeSTT({ finalMs: 200, hears: ['I want strawberries', { error: 'connectivity' }, { missing: true }] });
 * ```
 */
export function fakeSTT(options: FakeSTTOptions = {}): FakeSTT {
  return new FakeSTT(options);
}

/** All words but the last, which may not be whole yet. */
function wholeWords(spoken: string): string {
  const end = spoken.search(/\s\S*$/u);
  return end === -1 ? '' : spoken.slice(0, end).trim();
}

const ignore = (): void => undefined;
