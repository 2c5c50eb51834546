import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  initialTurnState,
  reduceTurn,
  type TurnEffect,
  type TurnEvent,
  type TurnPhase,
  type TurnState,
  turnTable,
} from './turn-reducer.js';

const phases: readonly TurnPhase[] = ['idle', 'speaking', 'pausing'];
const started = (turn = 1, speechAtMs = 100): TurnEvent => ({ type: 'vad-started', speechAtMs, turn });
const stopped = (speechAtMs = 200): TurnEvent => ({ type: 'vad-stopped', speechAtMs });
const interim = (text: string, utterance = 'u1', turn = 1): TurnEvent => ({
  type: 'interim',
  utterance,
  text,
  turn,
  startMs: 100,
  endMs: 200,
});
const final = (text: string, utterance = 'u1', turn = 1): TurnEvent => ({
  type: 'final',
  utterance,
  text,
  turn,
  startMs: 100,
  endMs: 200,
});
const typed = (text: string, utterance = 't1', turn = 1): TurnEvent => ({
  type: 'typed',
  utterance,
  text,
  turn,
  startMs: 250,
  endMs: 250,
});
const timeout: TurnEvent = { type: 'transcript-timeout' };

/** Runs events from the beginning; what was done, by name, and the texts of the turns. */
function run(...events: readonly TurnEvent[]) {
  let state = initialTurnState;
  const effects: TurnEffect[] = [];
  for (const event of events) {
    const [next, done] = reduceTurn(state, event);
    state = next;
    effects.push(...done);
  }
  return {
    state,
    effects,
    names: effects.map(({ type }) => type),
    texts: effects.flatMap((e) => (e.type === 'stop-turn' ? [e.text] : [])),
  };
}

/** One way into each phase. */
const ways: Record<TurnPhase, readonly TurnEvent[]> = {
  idle: [],
  speaking: [started()],
  pausing: [started(), stopped()],
};
const events: readonly TurnEvent[] = [started(2), stopped(300), interim('hel'), final('hello'), typed('and milk'), timeout];

describe('every phase knows what to do with every event', () => {
  const expected: Record<TurnPhase, Record<TurnEvent['type'], readonly [TurnPhase, readonly TurnEffect['type'][]]>> = {
    idle: {
      'vad-started': ['speaking', ['start-turn']],
      'vad-stopped': ['idle', []],
      interim: ['idle', []],
      typed: ['idle', []],
      final: ['idle', ['start-turn', 'stop-turn']],
      'transcript-timeout': ['idle', []],
    },
    speaking: {
      'vad-started': ['speaking', []],
      'vad-stopped': ['pausing', ['await-transcript']],
      interim: ['speaking', []],
      typed: ['speaking', []],
      final: ['speaking', []],
      'transcript-timeout': ['speaking', []],
    },
    pausing: {
      'vad-started': ['speaking', ['stop-awaiting', 'interrupt']],
      'vad-stopped': ['pausing', []],
      interim: ['pausing', []],
      typed: ['pausing', []],
      final: ['idle', ['stop-awaiting', 'stop-turn']],
      'transcript-timeout': ['idle', ['stop-turn']],
    },
  };
  for (const phase of phases) {
    for (const event of events) {
      test(`${phase}: ${event.type}`, () => {
        const before = run(...ways[phase]);
        expect(before.state.phase).toBe(phase);
        expect(Object.keys(turnTable[phase])).toContain(event.type);
        const [state, effects] = reduceTurn(before.state, event);
        expect([state.phase, effects.map(({ type }) => type)]).toEqual(expected[phase][event.type]);
      });
    }
  }
});

describe('what a turn says', () => {
  test('is its final transcript, whether it comes before or after the silence', () => {
    expect(run(started(), interim('hel'), final('hello'), stopped()).texts).toEqual(['hello']);
    expect(run(started(), interim('hel'), stopped(), final('hello')).texts).toEqual(['hello']);
  });
  test('is all its stretches of speech, in order, as one turn', () => {
    const { names, texts } = run(started(), stopped(), started(2), stopped(), final('one', 'u1'), final('two', 'u2', 2));
    expect(texts).toEqual(['one two']);
    expect(names.filter((name) => name === 'stop-turn')).toHaveLength(1);
  });
  test('is what was heard so far when the transcript does not come; its late final replaces it', () => {
    const { texts, effects } = run(started(), interim('hel'), stopped(), timeout, final('hello'));
    expect(texts).toEqual(['hel']);
    expect(effects.at(-1)).toMatchObject({ type: 'late-transcript', heard: { utterance: 'u1', text: 'hello' }, turn: 1 });
  });
  test('is given when it comes, if the turn was given up without a word', () => {
    const { names, texts } = run(started(), stopped(), timeout, final('hello'));
    expect(texts).toEqual(['', 'hello']);
    expect(names.filter((name) => name === 'start-turn')).toHaveLength(1);
  });
  test('never bleeds into the next turn, however late it comes', () => {
    const late = { type: 'late-transcript', heard: { utterance: 'u1', text: 'first', final: true, startMs: 100 }, turn: 1 };
    const speaking = run(started(1), stopped(), timeout, started(2), interim('sec', 'u2', 2), final('first', 'u1', 1));
    expect(speaking.effects.at(-1)).toEqual(late);
    expect(speaking.state.heard).toEqual([{ utterance: 'u2', text: 'sec', final: false, startMs: 100 }]);
    const pausing = run(started(1), stopped(), timeout, started(2), stopped(), final('first', 'u1', 1), final('second', 'u2', 2));
    expect(pausing.texts).toEqual(['', 'second']);
    expect(pausing.effects).toContainEqual(late);
  });
  test('is nothing when there was only noise', () => {
    const { texts, effects } = run(started(), stopped(), final('  '));
    expect(texts).toEqual(['']);
    expect(effects.at(-1)).toMatchObject({ type: 'stop-turn', heard: [{ text: '' }] });
    expect(run(final('')).effects).toEqual([]);
  });
});

describe('whatever happens in whatever order', () => {
  const utterance = fc.constantFrom('u1', 'u2', 'u3', 'u4');
  const event: fc.Arbitrary<(turn: number) => TurnEvent> = fc.oneof(
    fc.constant((turn: number) => started(turn + 1)),
    fc.constant(() => stopped()),
    fc.constant(() => timeout),
    fc.tuple(utterance, fc.constantFrom('', 'a', 'b c'), fc.nat({ max: 2 })).map(
      ([name, text, ago]) =>
        (turn: number) =>
          interim(text, name, Math.max(0, turn - ago)),
    ),
    fc.tuple(utterance, fc.constantFrom('', 'a', 'b c'), fc.nat({ max: 2 })).map(
      ([name, text, ago]) =>
        (turn: number) =>
          final(text, name, Math.max(0, turn - ago)),
    ),
  );
  test('turns begin and end in turn, the timer is kept only while a transcript is awaited, and nothing grows', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (makers) => {
        let state: TurnState = initialTurnState;
        let open = false;
        let awaiting = false;
        let turn = 0;
        for (const make of makers) {
          const before = state;
          const frozen = structuredClone(before);
          const [next, effects] = reduceTurn(state, make(turn));
          expect(before).toEqual(frozen);
          state = next;
          for (const effect of effects) {
            if (effect.type === 'start-turn') {
              open = true;
              turn++;
            } else if (effect.type === 'stop-turn') {
              // Only a turn that was given up without a word may get its words later.
              if (!open) expect(before.overdue).toBeGreaterThan(0);
              open = false;
              awaiting = false;
            } else if (effect.type === 'await-transcript') awaiting = true;
            else if (effect.type === 'stop-awaiting') awaiting = false;
            else if (effect.type === 'late-transcript') expect(effect.heard.text).not.toBe('');
          }
          expect(open).toBe(state.phase !== 'idle');
          expect(awaiting).toBe(state.phase === 'pausing');
          if (state.phase === 'pausing') expect(state.outstanding).toBeGreaterThan(0);
          if (state.phase === 'idle') expect([state.outstanding, state.heard]).toEqual([0, []]);
          expect(state.outstanding).toBeGreaterThanOrEqual(0);
          expect(state.closed.length).toBeLessThanOrEqual(64);
        }
      }),
      { numRuns: 5000 },
    );
  });
});
