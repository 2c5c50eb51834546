import { heardText, type TimedWord } from '@voxrill/core';

interface Utterance {
  readonly text: string;
  readonly startMs: number;
  readonly audioMs: number;
  readonly words: readonly TimedWord[];
}

/** Which words of an item lie where in its audio, so that a cut by time is a cut between words. */
export class BotSpeech {
  #utterances: readonly Utterance[] = [];
  #audioMs = 0;

  /** All that was sent. */
  get audioMs(): number {
    return this.#audioMs;
  }

  get text(): string {
    return this.#utterances.map(({ text }) => text).join('');
  }

  /** A sentence begins; `text` with the white space before it. */
  begin(text: string): void {
    this.#utterances = [...this.#utterances, { text, startMs: this.#audioMs, audioMs: 0, words: [] }];
  }

  /** More of the text of the present sentence. */
  more(text: string): void {
    this.#change((last) => ({ ...last, text: last.text + text }));
  }

  words(words: readonly TimedWord[]): void {
    this.#change((last) => ({ ...last, words: [...last.words, ...words] }));
  }

  audio(durationMs: number): void {
    this.#audioMs += durationMs;
    this.#change((last) => ({ ...last, audioMs: last.audioMs + durationMs }));
  }

  /** What had been said after so much of the audio. A word counts once half of it was played. */
  heard(playedMs: number): string {
    return this.#utterances
      .filter(({ startMs }) => playedMs > startMs)
      .map(({ text, words, startMs, audioMs }) => heardText(text, words, playedMs - startMs, audioMs))
      .join('')
      .trimEnd();
  }

  #change(change: (last: Utterance) => Utterance): void {
    const last = this.#utterances.at(-1);
    if (last !== undefined) this.#utterances = [...this.#utterances.slice(0, -1), change(last)];
  }
}
