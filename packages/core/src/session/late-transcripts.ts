import type { FrameOf } from '../frames/frame.js';

/** A turn that the model has heard, when it was decided. */
export interface HeardTurn {
  /** The first and the last epoch in which it was open. */
  readonly fromTurn: number;
  readonly toTurn: number;
  /** From the begin of the user's speech to its end, session milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** The frame with which it was decided. */
  readonly decidedBy: number;
  /** What was written down by then. */
  readonly text: string;
}

interface Words {
  readonly startMs: number;
  readonly text: string;
}

/** So many transcripts are taken for one turn. */
const maxTranscripts = 64;

/** The words of one turn that the model has heard: they are written down later, in any order, if at all. */
export class LateTranscripts {
  readonly #turn: HeardTurn;
  readonly #words = new Map<string, Words>();

  constructor(turn: HeardTurn) {
    this.#turn = turn;
  }

  /** Whether it was said in an epoch of this turn. */
  saidIn({ turn }: FrameOf<'transcription'>): boolean {
    return this.#turn.fromTurn <= turn && turn <= this.#turn.toTurn;
  }

  /** Whether it was said before the turn was known for one, in the time of its speech. */
  saidBefore({ turn, startMs, endMs }: FrameOf<'transcription'>): boolean {
    return turn < this.#turn.fromTurn && startMs < this.#turn.endMs && endMs > this.#turn.startMs;
  }

  /** Returns all that the user said in this turn, as far as it is written down. */
  take({ id, utterance, startMs, text }: FrameOf<'transcription'>): string {
    const { text: before, decidedBy } = this.#turn;
    // What came before the end of the turn stands in its text.
    const isLate = before === '' || id > decidedBy;
    if (isLate && text !== '' && (this.#words.has(utterance) || this.#words.size < maxTranscripts))
      this.#words.set(utterance, { startMs, text });
    const words = [...this.#words.values()].sort((a, b) => a.startMs - b.startMs).map((word) => word.text);
    return (before === '' ? words : [before, ...words]).join(' ');
  }
}
