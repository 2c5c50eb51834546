import type { ObservedCall } from '../observed-call.js';
import { wordsIn } from '../word-source.js';

/** A text that the voice was given, and what became of it. */
export interface SpokenUtterance {
  readonly id: string;
  readonly turn: number;
  /** When the voice was given it. */
  readonly atMs: number;
  readonly aside: boolean;
  readonly words: readonly string[];
}

/** A word as it came out of the loudspeaker. */
export interface HeardWord {
  readonly word: string;
  readonly utterance: SpokenUtterance;
  /** Which word of the utterance it is. */
  readonly index: number;
}

/** The stretch of sound in which a word was heard: its turn, and when it began. */
export interface HeardWhen {
  readonly heardInTurn: number;
  readonly heardAtMs: number;
}

/** What the voice was given, and which words of it were heard, read from the audio. */
export interface SpokenWords {
  readonly utterances: readonly SpokenUtterance[];
  /** In the order in which they were heard. */
  readonly heard: readonly (HeardWord & HeardWhen)[];
  /** Heard, and no part of anything that the voice was given. */
  readonly unknown: readonly string[];
}

/** Finds out from the audio who said what: no two words of a random call are alike. */
export function spokenWords({ frames, heard }: ObservedCall): SpokenWords {
  const utterances: SpokenUtterance[] = [];
  const known = new Map<string, HeardWord>();
  for (const { frame, atMs } of frames) {
    if (frame.kind !== 'tts-started') continue;
    const { utterance: id, turn, aside = false, text } = frame;
    const utterance = { id, turn, atMs, aside, words: wordsIn(text) };
    utterances.push(utterance);
    for (const [index, word] of utterance.words.entries()) known.set(word, { word, utterance, index });
  }
  const found: (HeardWord & HeardWhen)[] = [];
  const unknown: string[] = [];
  /** What may be the beginning of a word in the middle of which the voice stalled: the rest comes after a gap. */
  let begun: readonly string[] = [];
  for (const [i, { text, turn, startMs }] of heard.entries()) {
    const before = heard[i - 1];
    if (before === undefined || before.interrupted || before.turn !== turn) begun = [];
    for (const part of wordsIn(text)) {
      const readings = [part, ...begun.map((beginning) => beginning + part)];
      const origin = readings.flatMap((reading) => known.get(reading) ?? [])[0];
      begun = origin === undefined ? readings.filter(({ length }) => length < wordLength) : [];
      if (origin !== undefined) found.push({ ...origin, heardInTurn: turn, heardAtMs: startMs });
      else if (part.length >= wordLength) unknown.push(part);
    }
  }
  return { utterances, heard: found, unknown };
}

/** A shorter one is the beginning of a word that was cut. */
const wordLength = 5;
