import { expect, test } from 'vitest';
import { contextPair } from '../context/context-pair.js';
import { call } from '../test-support/call.js';
import { atOnce } from './interruption/at-once.js';
import { resolveTurnOptions, type TurnOptions } from './turn-options.js';

const wrong = (options: object): TurnOptions => options;

test('what is no strategy is refused where the pair is made, in a sentence that names the option and the cure', () => {
  expect(() => contextPair({ turn: wrong({ interruption: atOnce }) })).toThrow(
    'turn.interruption is a function; call it: atOnce().',
  );
  expect(() => contextPair({ turn: wrong({ stop: 'silence' }) })).toThrow('turn.stop is no strategy: it has no attach()');
  expect(() => contextPair({ turn: wrong({ mute: true }) })).toThrow('turn.mute is no strategy');
  expect(() => contextPair({ turn: wrong({ start: [] }) })).toThrow('turn.start is empty');
  expect(() => contextPair({ turn: wrong({ speculate: 'yes' }) })).toThrow('turn.speculate is "yes"');
  expect(() => contextPair({ turn: wrong({ watchdogMs: -1 }) })).toThrow('turn.watchdogMs is -1');
  expect(resolveTurnOptions({}).start.map(({ name }) => name)).toEqual(['voice', 'transcript']);
});

test('a strategy that fails, at once or later, costs errors under its name, and turns are taken all the same', async () => {
  const late = { name: 'late', attach: () => () => Promise.reject(new Error('later')) };
  const throws = {
    name: 'throws',
    attach: () => () => {
      throw new Error('at once');
    },
  };
  const { speak, clock, texts, finish } = await call({
    context: { turn: wrong({ stop: [throws, late, ...resolveTurnOptions({}).stop] }) },
  });
  await speak();
  await clock.advance(2000);
  expect(texts()).toEqual(['user: words 1', 'assistant: Answer 1.']);
  const { report } = await finish();
  const told = new Set(report.errors.map(({ processor, message }) => `${processor}: ${message}`));
  expect([...told].sort()).toEqual(['strategy "late": later', 'strategy "throws": at once']);
});
