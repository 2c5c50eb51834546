import { expect, test } from 'vitest';
import { call, parameters, running, tool } from '../test-support/running-tools.js';
import { outcomeText } from './outcome-text.js';
import { defineTool } from './tool.js';

test('a call ends in what its tool returns', async () => {
  const { clock, runner, outcomes, groups } = running(tool('weather', ({ city }) => `Sunny in ${city}.`));
  runner.run('g', [call('weather')]);
  await clock.advance(1);
  expect(outcomes()).toEqual([{ status: 'result', value: 'Sunny in Paris.' }]);
  expect(groups).toHaveLength(1);
  expect(clock.pendingTimers).toBe(0);
});

test('a tool that throws, at once or later, anything, ends in an error; one that is not made by defineTool too', async () => {
  const { clock, runner, outcomes } = running(
    tool('throws', () => {
      throw new Error('no such city');
    }),
    tool('rejects', () => Promise.reject('just text')),
    tool('foreign', () => 0, {
      call: () => {
        throw new Error('at once');
      },
    }),
  );
  runner.run('g', [call('throws', 'a'), call('rejects', 'b'), call('foreign', 'c')]);
  await clock.advance(1);
  const said = outcomes().map((outcome) => (outcome.status === 'error' ? outcome.message : outcome.status));
  expect(said.sort()).toEqual(['at once', 'just text', 'no such city']);
});

test('a tool that hangs ends at its time limit, its signal fires, and its late result is ignored', async () => {
  let signal: AbortSignal | undefined;
  const { clock, runner, outcomes, groups } = running(
    tool('hangs', (_parameters, running) => {
      signal = running.signal;
      return clock.sleep(5000).then(() => 'late');
    }),
  );
  runner.run('g', [call('hangs')]);
  await clock.advance(1000);
  expect(outcomes()).toEqual([{ status: 'timed-out', afterMs: 1000 }]);
  expect(signal?.aborted).toBe(true);
  await clock.advance(10_000);
  expect([outcomes().length, groups.length]).toEqual([1, 1]);
});

test('an unknown tool and arguments that do not fit end in an error that a model can learn from', async () => {
  const { clock, runner, outcomes } = running(tool('weather', () => 'never'));
  runner.run('g', [
    call('wether', 'a'),
    call('weather', 'b', '{"city":5}'),
    call('weather', 'c', '{broken'),
    call('weather', 'd', ''),
  ]);
  await clock.advance(1);
  const messages = outcomes().map((outcome) => (outcome.status === 'error' ? outcome.message : ''));
  expect(messages[0]).toBe('There is no tool "wether"; there are: weather.');
  expect(messages.slice(1).sort()).toEqual([
    'The arguments are not valid JSON.',
    expect.stringMatching(/^The arguments do not fit\. city: Invalid input: expected string, received number/u),
    expect.stringMatching(/^The arguments do not fit\. city: Invalid input: expected string, received undefined/u),
  ]);
});

test('a result that is no JSON becomes text that is', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const text = (value: unknown): string => outcomeText({ status: 'result', value });
  expect(text('plain')).toBe('plain');
  expect(text({ a: 1 })).toBe('{"a":1}');
  expect([undefined, () => 0, Symbol('x')].map(text)).toEqual(['null', 'null', 'null']);
  for (const value of [circle, 5n])
    expect(JSON.parse(text(value))).toEqual({ error: 'The tool returned something that is not JSON.' });
});

test('the same id runs once, within a group and in a later one', async () => {
  let runs = 0;
  const { clock, runner, groups } = running(tool('counts', () => ++runs));
  runner.run('g1', [call('counts', 'a'), call('counts', 'a'), call('counts', 'b')]);
  await clock.advance(1);
  runner.run('g1', [call('counts', 'a'), call('counts', 'b')]);
  await clock.advance(1);
  expect(runs).toBe(2);
  expect(groups.map((calls) => calls.map(({ request }) => request.id))).toEqual([['a', 'b']]);
});

test('an interruption cancels what does not survive it; the group ends once, when its last call has', async () => {
  const { clock, runner, outcomes, groups } = running(
    tool('dies', () => clock.sleep(100)),
    tool('lives', () => clock.sleep(100).then(() => 'done'), { survivesInterruption: true }),
  );
  runner.run('g', [call('dies', 'a'), call('lives', 'b')]);
  await clock.advance(50);
  runner.interrupt();
  runner.interrupt();
  expect(outcomes()).toEqual([{ status: 'cancelled', reason: 'The user interrupted.' }]);
  expect(groups).toEqual([]);
  await clock.advance(1000);
  expect(groups.map((calls) => calls.map(({ outcome }) => outcome.status))).toEqual([['cancelled', 'result']]);
  expect(clock.pendingTimers).toBe(0);
});

test('the end of the session cancels every call and leaves no timer', async () => {
  const { clock, session, runner, outcomes } = running(
    tool('hangs', () => new Promise(() => undefined), { survivesInterruption: true }),
  );
  runner.run('g', [call('hangs')]);
  session.cancel();
  expect(outcomes()).toEqual([{ status: 'cancelled', reason: 'The session is over.' }]);
  await session.done;
  expect(clock.pendingTimers).toBe(0);
});

test('a tool has a name that every provider takes, and its parameters are a JSON Schema', () => {
  expect(() => defineTool({ name: 'no spaces', description: '', parameters, run: () => 0 })).toThrow(
    '"no spaces" cannot be the name of a tool',
  );
  expect(tool('weather', () => 0).definition).toMatchObject({
    name: 'weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  });
});
