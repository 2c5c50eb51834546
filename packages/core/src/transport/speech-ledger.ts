import type { TimedWord, UtteranceTraits } from '../frames/frame-map.js';
import { heardText } from './heard-text.js';

interface Utterance {
  readonly id: string;
  text: string;
  readonly turn: number;
  readonly traits: UtteranceTraits;
  words: readonly TimedWord[];
  /** Where its audio begins in the sink, and how much there is so far; samples. */
  readonly begin: number;
  samples: number;
  /** No more audio comes. */
  ended: boolean;
  /** The voice broke off: what was written is not all of the text. */
  broken: boolean;
  heard: string;
  /** When its first sample was written, and played; session milliseconds. */
  writtenAtMs: number | undefined;
  startedAtMs: number | undefined;
}

/** What has become of one utterance. */
export interface LedgerEntry {
  readonly utterance: string;
  readonly turn: number;
  readonly text: string;
  readonly playedMs: number;
  readonly startedAtMs: number | undefined;
  readonly traits: UtteranceTraits;
  readonly state: 'playing' | 'complete' | 'interrupted';
}

/** Knows which text lies where in the audio that was written to a sink, and so what has been heard. */
export class SpeechLedger {
  readonly #queue: Utterance[] = [];
  #samplesPerMs = 1;
  #written = 0;
  /** What utterances that were spoken whole took. */
  #spokenSamples = 0;
  #spokenCharacters = 0;

  set sampleRate(rate: number) {
    this.#samplesPerMs = rate / 1000;
  }

  get empty(): boolean {
    return this.#queue.length === 0;
  }

  /** Whether an utterance is in it that the user cannot cut off. */
  get protected(): boolean {
    return this.#queue.some(({ traits }) => traits.interruptible === false);
  }

  /** Whether an utterance is an aside. */
  isAside(id: string): boolean {
    return this.#find(id)?.traits.aside === true;
  }

  begin(id: string, text: string, turn: number, traits: UtteranceTraits = {}): void {
    const [begin, nothing] = [this.#written, { samples: 0, ended: false, broken: false, heard: '', writtenAtMs: undefined }];
    this.#queue.push({ id, text, turn, traits, words: [], begin, startedAtMs: undefined, ...nothing });
  }

  /** More of the text of an utterance. */
  text(id: string, text: string): void {
    const utterance = this.#find(id);
    if (utterance !== undefined) utterance.text += text;
  }

  words(id: string, words: readonly TimedWord[]): void {
    const utterance = this.#find(id);
    if (utterance !== undefined) utterance.words = [...utterance.words, ...words];
  }

  /** Samples of one channel that were written for an utterance. */
  wrote(id: string, samples: number, nowMs: number): void {
    this.#written += samples;
    const utterance = this.#find(id);
    if (utterance === undefined) return;
    utterance.samples += samples;
    utterance.writtenAtMs ??= nowMs;
  }

  /** No more audio comes for an utterance; `broken` if that is before the end of its text. */
  end(id: string, broken = false): void {
    const utterance = this.#find(id);
    if (utterance === undefined) return;
    utterance.ended = true;
    utterance.broken = broken;
    if (broken || utterance.samples === 0) return;
    this.#spokenSamples += utterance.samples;
    this.#spokenCharacters += utterance.text.length;
  }

  /** What is new at `nowMs`, when the sink has played up to `position`. */
  played(position: number, nowMs: number): LedgerEntry[] {
    const news: LedgerEntry[] = [];
    for (;;) {
      const head = this.#queue[0];
      if (head === undefined) return news;
      const playedSamples = Math.max(0, Math.min(head.samples, position - head.begin));
      this.#noteStart(head, playedSamples, nowMs);
      const done = head.ended && playedSamples === head.samples;
      const text = done && !head.broken ? (head.samples > 0 ? head.text : '') : this.#heardOf(head, playedSamples);
      if (done || text !== head.heard) {
        head.heard = text;
        news.push(
          entry(head, text, playedSamples / this.#samplesPerMs, done ? (head.broken ? 'interrupted' : 'complete') : 'playing'),
        );
      }
      if (!done) return news;
      this.#queue.shift();
    }
  }

  /** Closes everything at `position`: what had begun to play was cut there, what had not was never said. */
  cut(position: number, nowMs: number): LedgerEntry[] {
    const cut = this.#queue.filter((utterance) => utterance.samples > 0 && position > utterance.begin);
    this.#queue.length = 0;
    this.#written = position;
    return cut.map((utterance) => {
      const playedSamples = Math.min(utterance.samples, position - utterance.begin);
      this.#noteStart(utterance, playedSamples, nowMs);
      return entry(utterance, this.#heardOf(utterance, playedSamples), playedSamples / this.#samplesPerMs, 'interrupted');
    });
  }

  /** Until all audio of an utterance is there, its length is only known to be more than what is written. */
  #heardOf(utterance: Utterance, playedSamples: number): string {
    const totalSamples =
      utterance.ended && !utterance.broken
        ? utterance.samples
        : Math.max(utterance.samples, utterance.text.length * this.#samplesPerCharacter);
    const text = heardText(
      utterance.text,
      utterance.words,
      playedSamples / this.#samplesPerMs,
      totalSamples / this.#samplesPerMs,
    );
    // An estimate that turns out too long is not taken back: what was reported as heard stays so.
    return text.length < utterance.heard.length ? utterance.heard : text;
  }

  #noteStart(utterance: Utterance, playedSamples: number, nowMs: number): void {
    if (playedSamples === 0) return;
    // A sink that plays faster than one can hear is not taken to have begun before it had anything to play.
    utterance.startedAtMs ??= Math.max(utterance.writtenAtMs ?? 0, nowMs - playedSamples / this.#samplesPerMs);
  }

  /** As the voice has spoken so far; until it has, some 15 characters a second, the usual reading pace. */
  get #samplesPerCharacter(): number {
    return this.#spokenCharacters === 0 ? 65 * this.#samplesPerMs : this.#spokenSamples / this.#spokenCharacters;
  }

  #find(id: string): Utterance | undefined {
    return this.#queue.findLast((utterance) => utterance.id === id);
  }
}

function entry(utterance: Utterance, text: string, playedMs: number, state: LedgerEntry['state']): LedgerEntry {
  const { id, turn, traits, startedAtMs } = utterance;
  return { utterance: id, turn, text, playedMs, startedAtMs, traits, state };
}
