import { heardText, type TimedWord } from '@voxrill/core';

interface Utterance {
  text: string;
  readonly startMs: number;
  audioMs: number;
  readonly words: TimedWord[];
}

/** Which words of an item lie where in its audio, so that a cut by time is a cut between words. */
export class BotSpeech {
  readonly #utterances: Utterance[] = [];
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
    this.#utterances.push({ text, startMs: this.#audioMs, audioMs: 0, words: [] });
  }

  /** More of the text of the present sentence. */
  more(text: string): void {
    const last = this.#utterances.at(-1);
    if (last !== undefined) last.text += text;
  }

  words(words: readonly TimedWord[]): void {
    this.#utterances.at(-1)?.words.push(...words);
  }

  audio(durationMs: number): void {
    this.#audioMs += durationMs;
    const last = this.#utterances.at(-1);
    if (last !== undefined) last.audioMs += durationMs;
  }

  /** What had been said after so much of the audio. A word counts once half of it was played. */
  heard(playedMs: number): string {
    return this.#utterances
      .filter(({ startMs }) => playedMs > startMs)
      .map(({ text, words, startMs, audioMs }) => heardText(text, words, playedMs - startMs, audioMs))
      .join('')
      .trimEnd();
  }
}
