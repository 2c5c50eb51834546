/** What can happen to a turn. Times are session milliseconds. */
export type TurnEvent =
  /** `turn`: the epoch that the turn will have, if this begins one. */
  | { readonly type: 'vad-started'; readonly speechAtMs: number; readonly turn: number }
  | { readonly type: 'vad-stopped'; readonly speechAtMs: number }
  | ({ readonly type: 'interim' } & Said)
  | ({ readonly type: 'final' } & Said)
  /** The user typed while a spoken turn was open: one more stretch of it. */
  | ({ readonly type: 'typed' } & Said)
  | { readonly type: 'transcript-timeout' };

/** A stretch of what the user said, where it lies in the session's time, and the epoch in which it was said. */
export interface Said {
  readonly utterance: string;
  readonly text: string;
  readonly turn: number;
  readonly startMs: number;
  readonly endMs: number;
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
  | { readonly type: 'await-transcript' }
  | { readonly type: 'stop-awaiting' };

/** Something said within the turn; `text` is interim until `final`. */
export interface Heard {
  readonly utterance: string;
  readonly text: string;
  readonly final: boolean;
  readonly startMs: number;
}

/**
 * `idle`: nobody speaks. `speaking`: the user does. `pausing`: silence was long enough, but a transcript is outstanding.
 */
export type TurnPhase = 'idle' | 'speaking' | 'pausing';

export interface TurnState {
  readonly phase: TurnPhase;
  /** The epoch in which this turn, or the last one, began. What was spoken in an older one is late. */
  readonly turn: number;
  /** Stretches of speech in this turn whose final transcript has not come. */
  readonly outstanding: number;
  readonly heard: readonly Heard[];
  readonly speechAtMs: number;
  /** Utterances of turns that are over, the latest last. */
  readonly closed: readonly string[];
  /** How many stretches of the turn that was closed last are still without their transcript. */
  readonly overdue: number;
  /** An utterance of that turn, if it was closed with what had been heard until then. */
  readonly amends: string | undefined;
}

export const initialTurnState: TurnState = {
  phase: 'idle',
  turn: 0,
  outstanding: 0,
  heard: [],
  speechAtMs: 0,
  closed: [],
  overdue: 0,
  amends: undefined,
};

export type TurnStep = readonly [TurnState, readonly TurnEffect[]];

type Transitions = { readonly [T in TurnEvent['type']]: (state: TurnState, event: Extract<TurnEvent, { type: T }>) => TurnStep };

/** How many utterances of closed turns are remembered, so that their late transcripts are known for what they are. */
const maxClosed = 64;

const nothing: readonly TurnEffect[] = [];

/** The transitions of a turn, by phase and event: start on voice, stop on silence and transcript. */
export const turnTable: { readonly [P in TurnPhase]: Transitions } = {
  idle: {
    'vad-started': (state, { speechAtMs, turn }) => [
      { ...state, phase: 'speaking', turn, outstanding: 1, heard: [], speechAtMs, overdue: 0, amends: undefined },
      [{ type: 'start-turn', speechAtMs }],
    ],
    'vad-stopped': (state) => [state, nothing],
    interim: (state) => [state, nothing],
    typed: (state) => [state, nothing],
    final: (state, event) => {
      const overdue = Math.max(0, state.overdue - 1);
      if (isLate(state, event)) return [{ ...state, overdue }, late(event)];
      if (event.text.trim() === '') return [{ ...state, overdue }, nothing];
      const closed = remember(state.closed, [event.utterance]);
      if (state.overdue > 0 && state.amends !== undefined) return [{ ...state, overdue, closed }, late(event, state.amends)];
      // Speech that no detector has announced begins a turn of its own; a turn that was given up without a word gets its words.
      const effects: TurnEffect[] = state.overdue > 0 ? [] : [{ type: 'start-turn', speechAtMs: event.endMs }];
      effects.push({ type: 'stop-turn', speechAtMs: event.endMs, text: event.text.trim(), heard: [heardOf(event, true)] });
      return [{ ...state, overdue, closed }, effects];
    },
    'transcript-timeout': (state) => [state, nothing],
  },
  speaking: {
    'vad-started': (state) => [state, nothing],
    'vad-stopped': (state, { speechAtMs }) =>
      state.outstanding > 0
        ? [{ ...state, phase: 'pausing', speechAtMs }, [{ type: 'await-transcript' }]]
        : stop({ ...state, speechAtMs }),
    interim: (state, event) => [hear(state, event, false), nothing],
    typed: (state, event) => [hear(state, event, true), nothing],
    final: (state, event) =>
      isLate(state, event)
        ? [state, late(event)]
        : [{ ...hear(state, event, true), outstanding: Math.max(0, state.outstanding - 1) }, nothing],
    'transcript-timeout': (state) => [state, nothing],
  },
  pausing: {
    // The user goes on before the turn was closed: the same turn, one more stretch of speech.
    'vad-started': (state) => [
      { ...state, phase: 'speaking', outstanding: state.outstanding + 1 },
      [{ type: 'stop-awaiting' }, { type: 'interrupt' }],
    ],
    'vad-stopped': (state) => [state, nothing],
    interim: (state, event) => [hear(state, event, false), nothing],
    typed: (state, event) => [hear(state, event, true), nothing],
    final: (state, event) => {
      if (isLate(state, event)) return [state, late(event)];
      const heard = { ...hear(state, event, true), outstanding: Math.max(0, state.outstanding - 1) };
      if (heard.outstanding > 0) return [heard, nothing];
      const [stopped, effects] = stop(heard);
      return [stopped, [{ type: 'stop-awaiting' }, ...effects]];
    },
    'transcript-timeout': (state) => stop(state),
  },
};

/** One step of a turn. Pure: all that is remembered is in the state, all that is done is in the effects. */
export function reduceTurn(state: TurnState, event: TurnEvent): TurnStep {
  const transitions = turnTable[state.phase];
  switch (event.type) {
    case 'vad-started':
      return transitions['vad-started'](state, event);
    case 'vad-stopped':
      return transitions['vad-stopped'](state, event);
    case 'interim':
      return transitions.interim(state, event);
    case 'final':
      return transitions.final(state, event);
    case 'typed':
      return transitions.typed(state, event);
    case 'transcript-timeout':
      return transitions['transcript-timeout'](state, event);
  }
}

function stop(state: TurnState): TurnStep {
  const text = joinHeard(state.heard);
  const next: TurnState = {
    ...state,
    phase: 'idle',
    outstanding: 0,
    heard: [],
    overdue: state.outstanding,
    amends: text === '' ? undefined : state.heard[0]?.utterance,
    // A turn without words is not answered, so its words may still come and be answered then.
    closed:
      text === ''
        ? state.closed
        : remember(
            state.closed,
            state.heard.map((heard) => heard.utterance),
          ),
  };
  return [next, [{ type: 'stop-turn', speechAtMs: state.speechAtMs, text, heard: state.heard }]];
}

/** What was said in several stretches, as one text. */
export function joinHeard(heard: readonly Heard[]): string {
  return heard
    .map(({ text }) => text.trim())
    .filter((text) => text !== '')
    .join(' ');
}

function isLate(state: TurnState, event: { readonly utterance: string; readonly turn: number }): boolean {
  return event.turn < state.turn || state.closed.includes(event.utterance);
}

function late(event: Said, joins?: string): readonly TurnEffect[] {
  const heard = heardOf(event, true);
  if (heard.text === '') return nothing;
  return [{ type: 'late-transcript', heard, turn: event.turn, ...(joins === undefined ? {} : { joins }) }];
}

/** Notes a stretch, in the order of speech: the transcript of an earlier one may come later. */
function hear(state: TurnState, event: Said, final: boolean): TurnState {
  if (isLate(state, event)) return state;
  const others = state.heard.filter((other) => other.utterance !== event.utterance);
  return { ...state, heard: [...others, heardOf(event, final)].sort((a, b) => a.startMs - b.startMs) };
}

function heardOf({ utterance, text, startMs }: Said, final: boolean): Heard {
  return { utterance, text: text.trim(), final, startMs };
}

function remember(closed: readonly string[], utterances: readonly string[]): readonly string[] {
  return [...closed, ...utterances].slice(-maxClosed);
}
