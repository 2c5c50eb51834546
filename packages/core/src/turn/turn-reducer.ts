import type { Heard, Said, TurnEffect, TurnEvent, TurnPhase, TurnState } from './turn-state.js';

export type TurnStep = readonly [TurnState, readonly TurnEffect[]];

type Transitions = { readonly [T in TurnEvent['type']]: (state: TurnState, event: Extract<TurnEvent, { type: T }>) => TurnStep };

/** How many utterances of closed turns are remembered, so that their late transcripts are known for what they are. */
const maxClosed = 64;

const nothing: readonly TurnEffect[] = [];
const stay = (state: TurnState): TurnStep => [state, nothing];

/** What is alike while the user speaks and while the user pauses. */
const inOpenTurn: Omit<Transitions, 'voice-started' | 'voice-stopped'> = {
  interim: (state, event) => [hear(state, event, false), nothing],
  typed: (state, event) => [hear(state, event, true), nothing],
  final: (state, event) => (isLate(state, event) ? [state, late(event)] : [take(state, event), nothing]),
  begin: stay,
  finish: (state, { heard }) => (heard === true ? stopHeard(state) : close(state)),
  ignore: stay,
  'transcript-timeout': stay,
};

/** The transitions of a turn, by phase and event. */
export const turnTable: { readonly [P in TurnPhase]: Transitions } = {
  idle: {
    'voice-started': (state, { speechAtMs }) => [listen(state, speechAtMs, { voice: true, outstanding: 1 }), nothing],
    'voice-stopped': stay,
    // An interim result of a turn that was given up is no news; its final will be.
    interim: (state, event) =>
      isOld(state, event) || state.overdue > 0 || ofHeardTurn(state, event)
        ? stay(state)
        : [fromHere(state, event, false), nothing],
    typed: (state, event) => [fromHere(state, event, true), nothing],
    final: (state, event) => overdue(state, event) ?? [fromHere(state, event, true), nothing],
    begin: (state, { turn, speechAtMs }) => begin(listen(state, speechAtMs, {}), turn, 'speaking'),
    finish: stay,
    ignore: stay,
    'transcript-timeout': stay,
  },
  listening: {
    'voice-started': (state, { speechAtMs }) => [voiceOn(state, speechAtMs), nothing],
    'voice-stopped': (state, { speechAtMs }) => [{ ...state, voice: false, speechAtMs }, nothing],
    interim: (state, event) => [hear(state, event, false), nothing],
    typed: (state, event) => [hear(state, event, true), nothing],
    final: (state, event) => (isBefore(state, event) ? overdue(state, event) : undefined) ?? [take(state, event), nothing],
    begin: (state, { turn }) => begin(state, turn, state.voice ? 'speaking' : 'pausing'),
    finish: stay,
    ignore: (state, { reason }) => ignore(state, reason),
    'transcript-timeout': stay,
  },
  speaking: {
    'voice-started': (state, { speechAtMs }) => (state.voice ? stay(state) : [voiceOn(state, speechAtMs), nothing]),
    'voice-stopped': (state, { speechAtMs }) => [{ ...state, phase: 'pausing', voice: false, speechAtMs }, nothing],
    ...inOpenTurn,
  },
  pausing: {
    // The same turn, one more stretch of speech.
    'voice-started': (state, { speechAtMs }) => [{ ...voiceOn(state, speechAtMs), phase: 'speaking' }, [{ type: 'interrupt' }]],
    'voice-stopped': (state, { speechAtMs }) => [{ ...state, speechAtMs }, nothing],
    ...inOpenTurn,
  },
  closing: {
    'voice-started': (state, { speechAtMs }) => [
      { ...voiceOn(state, speechAtMs), phase: 'speaking' },
      [{ type: 'stop-awaiting' }, { type: 'interrupt' }],
    ],
    'voice-stopped': (state, { speechAtMs }) => [{ ...state, voice: false, speechAtMs }, nothing],
    interim: (state, event) => [hear(state, event, false), nothing],
    typed: (state, event) => [hear(state, event, true), nothing],
    final: (state, event) => {
      if (isLate(state, event)) return [state, late(event)];
      const heard = take(state, event);
      return heard.outstanding > 0 ? [heard, nothing] : stopAwaiting(heard);
    },
    begin: stay,
    // Asked a second time, it does not wait any longer.
    finish: (state, { heard }) => stopAwaiting(state, heard === true ? stopHeard : stop),
    ignore: stay,
    'transcript-timeout': (state) => stop(state),
  },
};

/** One step of a turn. Pure: all that is remembered is in the state, all that is done is in the effects. */
export function reduceTurn(state: TurnState, event: TurnEvent): TurnStep {
  const transitions = turnTable[state.phase];
  switch (event.type) {
    case 'voice-started':
      return transitions['voice-started'](state, event);
    case 'voice-stopped':
      return transitions['voice-stopped'](state, event);
    case 'interim':
      return transitions.interim(state, event);
    case 'final':
      return transitions.final(state, event);
    case 'typed':
      return transitions.typed(state, event);
    case 'begin':
      return transitions.begin(state, event);
    case 'finish':
      return transitions.finish(state, event);
    case 'ignore':
      return transitions.ignore(state, event);
    case 'transcript-timeout':
      return transitions['transcript-timeout'](state, event);
  }
}

/** Something begins to be said. */
function listen(state: TurnState, sinceMs: number, more: Partial<TurnState>): TurnState {
  return { ...state, phase: 'listening', sinceMs, speechAtMs: sinceMs, voice: false, outstanding: 0, heard: [], ...more };
}

/** What no detector has announced: it begins, and ends, where its words do. */
function fromHere(state: TurnState, event: Said, final: boolean): TurnState {
  if (event.text.trim() === '') return state;
  return hear(listen(state, event.startMs, { speechAtMs: event.endMs, outstanding: final ? 0 : 1 }), event, final);
}

function voiceOn(state: TurnState, speechAtMs: number): TurnState {
  // A voice is known for one some time after it began, and something may have been typed meanwhile.
  const sinceMs = Math.min(state.sinceMs, speechAtMs);
  return { ...state, voice: true, outstanding: state.outstanding + 1, sinceMs, speechAtMs };
}

function begin(state: TurnState, turn: number, phase: TurnPhase): TurnStep {
  return [
    { ...state, phase, turn, overdue: 0, amends: undefined, wasHeard: false },
    [{ type: 'start-turn', speechAtMs: state.sinceMs }],
  ];
}

function close(state: TurnState): TurnStep {
  return state.outstanding > 0 ? [{ ...state, phase: 'closing' }, [{ type: 'await-transcript' }]] : stop(state);
}

function stopAwaiting(state: TurnState, how = stop): TurnStep {
  const [stopped, effects] = how(state);
  return [stopped, [{ type: 'stop-awaiting' }, ...effects]];
}

/** The model has heard what was said: whatever transcript is still to come is late, and half of one is not waited for. */
function stopHeard(state: TurnState): TurnStep {
  const [stopped, effects] = stop({ ...state, heard: state.heard.filter(({ final }) => final) });
  return [{ ...stopped, wasHeard: true }, effects];
}

function stop(state: TurnState): TurnStep {
  const text = joinHeard(state.heard);
  const next: TurnState = {
    ...state,
    phase: 'idle',
    voice: false,
    outstanding: 0,
    heard: [],
    overdue: state.outstanding,
    amends: text === '' ? undefined : state.heard[0]?.utterance,
    // A turn without words is not answered, so its words may still come and be answered then.
    closed: text === '' ? state.closed : remember(state.closed, state.heard),
  };
  return [next, [{ type: 'stop-turn', speechAtMs: state.speechAtMs, text, heard: state.heard }]];
}

function ignore(state: TurnState, reason: string): TurnStep {
  const closed = remember(state.closed, state.heard);
  return [
    { ...state, phase: 'idle', voice: false, outstanding: 0, heard: [], closed },
    [{ type: 'ignored', text: joinHeard(state.heard), reason }],
  ];
}

/** A final transcript that comes when its turn is over, or was given up; undefined if it is none. */
function overdue(state: TurnState, event: Said): TurnStep | undefined {
  const left = { ...state, overdue: Math.max(0, state.overdue - 1) };
  if (isOld(state, event)) return [left, late(event)];
  if (event.text.trim() === '') return [left, nothing];
  if (state.overdue === 0 && !ofHeardTurn(state, event)) return undefined;
  const closed = remember(state.closed, [event]);
  if (state.amends !== undefined) return [{ ...left, closed }, late(event, state.amends)];
  if (state.wasHeard) return [{ ...left, closed, amends: event.utterance }, late(event)];
  // A turn that was given up without a word gets its words.
  const heard = [heardOf(event, true)];
  // Those that are still to come belong to the same turn.
  const amends = event.utterance;
  return [{ ...left, closed, amends }, [{ type: 'stop-turn', speechAtMs: event.endMs, text: event.text.trim(), heard }]];
}

/** What was said in several stretches, as one text. */
export function joinHeard(heard: readonly Heard[]): string {
  return heard
    .map(({ text }) => text.trim())
    .filter((text) => text !== '')
    .join(' ');
}

/** Of the turn that is over, which the model has heard. */
function ofHeardTurn(state: TurnState, event: Said): boolean {
  return state.wasHeard && event.turn <= state.turn;
}

/** Of a turn that is over. */
function isOld(state: TurnState, event: Said): boolean {
  return event.turn < state.turn || state.closed.includes(event.utterance);
}

/** Said before what is being said now, and not a part of it. */
function isBefore(state: TurnState, { startMs, utterance }: Said): boolean {
  return startMs < state.sinceMs && !state.heard.some((heard) => heard.utterance === utterance);
}

/** What was said before this turn was spoken, in an epoch before it, or counted to a turn that is over. */
function isLate(state: TurnState, event: Said): boolean {
  return (event.turn < state.turn && event.startMs < state.sinceMs) || state.closed.includes(event.utterance);
}

function late(event: Said, joins?: string): readonly TurnEffect[] {
  const heard = heardOf(event, true);
  if (heard.text === '') return nothing;
  return [{ type: 'late-transcript', heard, turn: event.turn, ...(joins === undefined ? {} : { joins }) }];
}

/** Takes down a final transcript. */
function take(state: TurnState, event: Said): TurnState {
  return { ...hear(state, event, true), outstanding: Math.max(0, state.outstanding - 1) };
}

/** Notes a stretch, in the order of speech: the transcript of an earlier one may come later. */
function hear(state: TurnState, event: Said, final: boolean): TurnState {
  if (isLate(state, event)) return state;
  const others = state.heard.filter((other) => other.utterance !== event.utterance);
  return { ...state, heard: [...others, heardOf(event, final)].sort((a, b) => a.startMs - b.startMs) };
}

function heardOf({ utterance, text, startMs, item }: Said, final: boolean): Heard {
  return { utterance, text: text.trim(), final, startMs, ...(item === undefined ? {} : { item }) };
}

function remember(closed: readonly string[], heard: readonly { readonly utterance: string }[]): readonly string[] {
  return [...closed, ...heard.map(({ utterance }) => utterance)].slice(-maxClosed);
}
