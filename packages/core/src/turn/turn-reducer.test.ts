import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reduceTurn, turnTable } from './turn-reducer.js';
import { initialTurnState, isOpen, type TurnEffect, type TurnEvent, type TurnPhase, type TurnState } from './turn-state.js';

const phases: readonly TurnPhase[] = ['idle', 'listening', 'speaking', 'pausing', 'closing'];
const voice = (speechAtMs = 100): TurnEvent => ({ type: 'voice-started', speechAtMs });
const begin = (turn = 1): TurnEvent => ({ type: 'begin', turn, speechAtMs: 100 });
const silence = (speechAtMs = 200): TurnEvent => ({ type: 'voice-stopped', speechAtMs });
const finish: TurnEvent = { type: 'finish' };
const ignore: TurnEvent = { type: 'ignore', reason: 'a cough' };
/** As it is without any strategy: the voice begins the turn, silence ends it. */
const started = (turn = 1, speechAtMs = 100): readonly TurnEvent[] => [voice(speechAtMs), begin(turn)];
const stopped = (speechAtMs = 200): readonly TurnEvent[] => [silence(speechAtMs), finish];
const said = (text: string, utterance = 'u1', turn = 1, startMs = 100) => ({
  utterance,
  text,
  turn,
  startMs,
  endMs: startMs + 100,
});
const interim = (...what: Parameters<typeof said>): TurnEvent => ({ type: 'interim', ...said(...what) });
const final = (...what: Parameters<typeof said>): TurnEvent => ({ type: 'final', ...said(...what) });
const typed = (text: string, utterance = 't1', turn = 1): TurnEvent => ({ type: 'typed', ...said(text, utterance, turn, 250) });
const timeout: TurnEvent = { type: 'transcript-timeout' };

/** Runs events from the beginning; what was done, by name, and the texts of the turns. */
function run(...events: readonly (TurnEvent | readonly TurnEvent[])[]) {
  let state = initialTurnState;
  const effects: TurnEffect[] = [];
  for (const event of events.flat()) {
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
  listening: [voice()],
  speaking: [...started()],
  pausing: [...started(), silence()],
  closing: [...started(), ...stopped()],
};
const events: readonly TurnEvent[] = [
  voice(300),
  silence(300),
  interim('hel'),
  final('hello'),
  typed('and milk'),
  begin(2),
  finish,
  ignore,
  timeout,
];

describe('every phase knows what to do with every event', () => {
  const expected: Record<TurnPhase, Record<TurnEvent['type'], readonly [TurnPhase, readonly TurnEffect['type'][]]>> = {
    idle: {
      'voice-started': ['listening', []],
      'voice-stopped': ['idle', []],
      interim: ['listening', []],
      typed: ['listening', []],
      final: ['listening', []],
      begin: ['speaking', ['start-turn']],
      finish: ['idle', []],
      ignore: ['idle', []],
      'transcript-timeout': ['idle', []],
    },
    listening: {
      'voice-started': ['listening', []],
      'voice-stopped': ['listening', []],
      interim: ['listening', []],
      typed: ['listening', []],
      final: ['listening', []],
      begin: ['speaking', ['start-turn']],
      finish: ['listening', []],
      ignore: ['idle', ['ignored']],
      'transcript-timeout': ['listening', []],
    },
    speaking: {
      'voice-started': ['speaking', []],
      'voice-stopped': ['pausing', []],
      interim: ['speaking', []],
      typed: ['speaking', []],
      final: ['speaking', []],
      begin: ['speaking', []],
      finish: ['closing', ['await-transcript']],
      ignore: ['speaking', []],
      'transcript-timeout': ['speaking', []],
    },
    pausing: {
      'voice-started': ['speaking', ['interrupt']],
      'voice-stopped': ['pausing', []],
      interim: ['pausing', []],
      typed: ['pausing', []],
      final: ['pausing', []],
      begin: ['pausing', []],
      finish: ['closing', ['await-transcript']],
      ignore: ['pausing', []],
      'transcript-timeout': ['pausing', []],
    },
    closing: {
      'voice-started': ['speaking', ['stop-awaiting', 'interrupt']],
      'voice-stopped': ['closing', []],
      interim: ['closing', []],
      typed: ['closing', []],
      final: ['idle', ['stop-awaiting', 'stop-turn']],
      begin: ['closing', []],
      finish: ['idle', ['stop-awaiting', 'stop-turn']],
      ignore: ['closing', []],
      'transcript-timeout': ['idle', ['stop-turn']],
    },
  };
  for (const phase of phases) {
    for (const event of events) {
      test(`${phase}: ${event.type}`, () => {
        const before = run(ways[phase]);
        expect(before.state.phase).toBe(phase);
        expect(Object.keys(turnTable[phase])).toContain(event.type);
        const [state, effects] = reduceTurn(before.state, event);
        expect([state.phase, effects.map(({ type }) => type)]).toEqual(expected[phase][event.type]);
      });
    }
  }
});

describe('what is being said and is no turn yet', () => {
  test('becomes the beginning of the turn, words included, where it began', () => {
    const { effects, texts } = run(voice(), interim('I want'), begin(), final('I want milk'), stopped());
    expect(effects[0]).toEqual({ type: 'start-turn', speechAtMs: 100 });
    expect(texts).toEqual(['I want milk']);
  });
  test('is told when it is dropped, with the reason, and its words do not come back', () => {
    const { effects, state } = run(voice(), silence(), final('uh-huh'), ignore, final('uh-huh again'));
    expect(effects).toEqual([
      { type: 'ignored', text: 'uh-huh', reason: 'a cough' },
      { type: 'late-transcript', heard: { utterance: 'u1', text: 'uh-huh again', final: true, startMs: 100 }, turn: 1 },
    ]);
    expect(state.phase).toBe('idle');
  });
  test('is not late when its turn begins in a newer epoch than the one it was said in', () => {
    const { texts, names } = run(voice(), silence(), final('one', 'u1', 0), begin(1), final('two', 'u2', 0, 150), finish);
    expect(texts).toEqual(['one two']);
    expect(names).not.toContain('late-transcript');
  });
});

describe('what a turn says', () => {
  test('is its final transcript, whether it comes before or after the silence', () => {
    expect(run(started(), interim('hel'), final('hello'), stopped()).texts).toEqual(['hello']);
    expect(run(started(), interim('hel'), stopped(), final('hello')).texts).toEqual(['hello']);
  });
  test('is all its stretches of speech, in order, as one turn', () => {
    const { names, texts } = run(started(), silence(), voice(300), stopped(), final('one', 'u1'), final('two', 'u2', 2, 300));
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
    const speaking = run(started(1), stopped(), timeout, started(2, 900), interim('sec', 'u2', 2, 900), final('first', 'u1', 1));
    expect(speaking.effects.at(-1)).toEqual(late);
    expect(speaking.state.heard).toEqual([{ utterance: 'u2', text: 'sec', final: false, startMs: 900 }]);
    const closing = run(
      started(1),
      stopped(),
      timeout,
      started(2, 900),
      stopped(),
      final('first', 'u1', 1),
      final('second', 'u2', 2, 900),
    );
    expect(closing.texts).toEqual(['', 'second']);
    expect(closing.effects).toContainEqual(late);
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
    fc.constant(() => voice()),
    fc.constant((turn: number) => begin(turn + 1)),
    fc.constant(() => silence()),
    fc.constant(() => finish),
    fc.constant(() => ignore),
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
          expect(open).toBe(isOpen(state.phase));
          expect(awaiting).toBe(state.phase === 'closing');
          if (state.phase === 'closing') expect(state.outstanding).toBeGreaterThan(0);
          if (state.phase === 'idle') expect([state.outstanding, state.heard]).toEqual([0, []]);
          expect(state.outstanding).toBeGreaterThanOrEqual(0);
          expect(state.closed.length).toBeLessThanOrEqual(64);
        }
      }),
      { numRuns: 5000 },
    );
  });
});
