/** What can happen to a turn. Times are session milliseconds. */
export type TurnEvent =
  | { readonly type: 'voice-started'; readonly speechAtMs: number }
  | { readonly type: 'voice-stopped'; readonly speechAtMs: number }
  | ({ readonly type: 'interim' } & Said)
  | ({ readonly type: 'final' } & Said)
  /** The user typed: one more stretch of what is being said. */
  | ({ readonly type: 'typed' } & Said)
  /** It was decided that what is being said is a turn. `turn`: the epoch that it will have. */
  | { readonly type: 'begin'; readonly turn: number; readonly speechAtMs: number }
  /** It was decided that the user has finished. `heard`: by the model itself, which so need not wait for transcripts. */
  | { readonly type: 'finish'; readonly heard?: true }
  /** It was decided that what is being said is no turn. */
  | { readonly type: 'ignore'; readonly reason: string }
  | { readonly type: 'transcript-timeout' };

/** A stretch of what the user said, where it lies in the session's time, and the epoch in which it was said. */
export interface Said {
  readonly utterance: string;
  readonly text: string;
  readonly turn: number;
  readonly startMs: number;
  readonly endMs: number;
  /** What it is called by a model that has heard it itself. */
  readonly item?: string | undefined;
}

/** What is to be done about it, in this order. */
export type TurnEffect =
  | { readonly type: 'start-turn'; readonly speechAtMs: number }
  /** The user is done. `heard`: what the text is made of. */
  | { readonly type: 'stop-turn'; readonly speechAtMs: number; readonly text: string; readonly heard: readonly Heard[] }
  /** A transcript came after its turn was over: it replaces, or adds to, what the turn was held to have said. */
  | {
      readonly type: 'late-transcript';
      readonly heard: Heard;
      readonly turn: number;
      /** An utterance of the turn that this one belongs to, if it was not known to be a part of it. */
      readonly joins?: string;
    }
  /** The user goes on within the turn: silence whatever speaks. */
  | { readonly type: 'interrupt' }
  /** What was said is dropped. */
  | { readonly type: 'ignored'; readonly text: string; readonly reason: string }
  | { readonly type: 'await-transcript' }
  | { readonly type: 'stop-awaiting' };

/** Something said within the turn; `text` is interim until `final`. */
export interface Heard {
  readonly utterance: string;
  readonly text: string;
  readonly final: boolean;
  readonly startMs: number;
  /** See {@link Said}. */
  readonly item?: string;
}

/**
 * `idle`: nothing is being said. `listening`: something is, and whether it is a turn is not decided. The turn is open in the
 * others: `speaking`: the user has the word. `pausing`: the user is silent, and may go on. `closing`: the user has finished,
 * and a transcript is outstanding.
 */
export type TurnPhase = 'idle' | 'listening' | 'speaking' | 'pausing' | 'closing';

export interface TurnState {
  readonly phase: TurnPhase;
  /** The epoch in which this turn, or the last one, began. */
  readonly turn: number;
  /** Where what is being said began. What was spoken before, in an older epoch, is late. */
  readonly sinceMs: number;
  /** The voice is heard at this moment. */
  readonly voice: boolean;
  /** Stretches of speech whose final transcript has not come. */
  readonly outstanding: number;
  readonly heard: readonly Heard[];
  readonly speechAtMs: number;
  /** Utterances of turns that are over, the latest last. */
  readonly closed: readonly string[];
  /** How many stretches of the turn that was closed last are still without their transcript. */
  readonly overdue: number;
  /** An utterance of that turn, if it was closed with what had been heard until then. */
  readonly amends: string | undefined;
  /** The model has heard that turn itself: its transcripts are for the record. */
  readonly wasHeard: boolean;
}

export const initialTurnState: TurnState = {
  phase: 'idle',
  turn: 0,
  sinceMs: 0,
  voice: false,
  outstanding: 0,
  heard: [],
  speechAtMs: 0,
  closed: [],
  overdue: 0,
  amends: undefined,
  wasHeard: false,
};

/** Whether a turn is open: the user has begun one, and not finished it. */
export function isOpen(phase: TurnPhase): boolean {
  return phase === 'speaking' || phase === 'pausing' || phase === 'closing';
}
