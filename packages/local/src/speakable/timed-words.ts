import type { TimedWord } from '@voxrill/core';
import type { SpeakableWord } from './speakable-words.js';

/** Where a word lies in its phrase, in milliseconds. */
export interface WordSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Times of the written words; one that makes no sound is over as soon as the word before it.
 *
 * @param spans - Of the words that make a sound.
 * @param offsetMs - Where the phrase begins.
 */
export function timedWords(phrase: readonly SpeakableWord[], spans: readonly WordSpan[], offsetMs: number): TimedWord[] {
  let next = 0;
  let at = offsetMs;
  return phrase.map(({ written, spoken }) => {
    const span = spoken === '' ? undefined : spans[next++];
    const startMs = span ? offsetMs + span.startMs : at;
    at = span ? offsetMs + span.endMs : at;
    return { text: written, startMs, endMs: at };
  });
}
