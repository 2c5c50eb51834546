import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTerminal, nextToolCallState, type ToolCallEvent, type ToolCallState } from './tool-call-state.js';

const states: readonly ToolCallState[] = ['requested', 'running', 'result', 'error', 'cancelled', 'timed-out'];
const events: readonly ToolCallEvent[] = ['start', 'refuse', 'return', 'throw', 'cancel', 'time-out'];

test('a call goes from requested over running to exactly one end', () => {
  const walked = states.flatMap((state) =>
    events.flatMap((event) => {
      const next = nextToolCallState(state, event);
      return next === undefined ? [] : [`${state} –${event}→ ${next}`];
    }),
  );
  expect(walked).toEqual([
    'requested –start→ running',
    'requested –refuse→ error',
    'requested –cancel→ cancelled',
    'running –return→ result',
    'running –throw→ error',
    'running –cancel→ cancelled',
    'running –time-out→ timed-out',
  ]);
  expect(states.filter(isTerminal)).toEqual(['result', 'error', 'cancelled', 'timed-out']);
});

test('whatever happens, in whatever order, an end is the end', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events)), (happened) => {
      let state: ToolCallState = 'requested';
      let ends = 0;
      for (const event of happened) {
        const next = nextToolCallState(state, event);
        if (next === undefined) continue;
        expect(isTerminal(state)).toBe(false);
        state = next;
        if (isTerminal(state)) ends++;
      }
      expect(ends).toBeLessThanOrEqual(1);
    }),
  );
});
