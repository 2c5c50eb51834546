import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { ToolCallRequest } from '../frames/frame-map.js';
import { chain } from '../pipeline/pipeline.js';
import { defineProcessor } from '../processor/define-processor.js';
import { createSession } from '../session/session.js';
import type { SessionContext } from '../session/session-context.js';
import { outcomeText } from './outcome-text.js';
import { defineTool, type Tool } from './tool.js';
import { type AnsweredCall, type FinishedCall, ToolRunner } from './tool-runner.js';

const parameters = z.object({ city: z.string() });
const tool = (name: string, run: Parameters<typeof defineTool<{ city: string }>>[0]['run'], more: Partial<Tool> = {}): Tool => ({
  ...defineTool({ name, description: 'A tool.', parameters, run, timeoutMs: 1000 }),
  ...more,
});
const call = (name: string, id = 'c1', args = '{"city":"Paris"}'): ToolCallRequest => ({ id, name, arguments: args });

function running(...tools: readonly Tool[]) {
  const clock = new VirtualClock();
  let context: SessionContext | undefined;
  const session = createSession(
    chain(
      'root',
      defineProcessor('catches', (stage) => {
        context = stage.session;
        return {};
      }),
    ),
    { clock },
  );
  if (context === undefined) throw new Error('Not connected.');
  const finished: FinishedCall[] = [];
  const groups: (readonly AnsweredCall[])[] = [];
  const late: FinishedCall[] = [];
  const progress: unknown[] = [];
  const runner = new ToolRunner(tools, context, {
    finished: (_group, one) => finished.push(one),
    groupFinished: (_group, calls) => groups.push(calls),
    late: (_group, one) => late.push(one),
    progressed: (_group, { id }, value) => progress.push([id, value]),
  });
  const outcomes = () => finished.map(({ outcome }) => outcome);
  return { clock, session, runner, finished, groups, late, progress, outcomes };
}

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

test('calls of tools that are not parallel run one after the other, in the order asked, beside those that are', async () => {
  const log: string[] = [];
  const logs = (name: string, takesMs: number, parallel: boolean): Tool =>
    tool(
      name,
      async (_parameters, { clock, signal }) => {
        log.push(`${name} begins`);
        await clock.sleep(takesMs, signal);
        log.push(`${name} ends`);
      },
      { parallel },
    );
  const { clock, runner, groups } = running(logs('a', 100, false), logs('b', 30, true), logs('c', 10, false));
  runner.run('g', [call('a', '1'), call('b', '2'), call('nobody', '3'), call('c', '4')]);
  await clock.advance(1000);
  expect(log).toEqual(['a begins', 'b begins', 'b ends', 'a ends', 'c begins', 'c ends']);
  expect(groups.map((calls) => calls.map(({ outcome }) => outcome.status))).toEqual([['result', 'result', 'error', 'result']]);
});

test('a call that waits its turn is cancelled without having been begun, by an interruption and by the end of the session', async () => {
  for (const how of ['interruption', 'end'] as const) {
    let begun = 0;
    const waits = tool(
      'waits',
      () => {
        begun++;
        return new Promise(() => undefined);
      },
      { parallel: false },
    );
    const { clock, session, runner, outcomes, groups } = running(waits);
    runner.run('g', [call('waits', 'a'), call('waits', 'b'), call('waits', 'c')]);
    await clock.advance(10);
    if (how === 'end') session.cancel();
    else runner.interrupt();
    await clock.advance(10);
    expect(begun).toBe(1);
    expect(outcomes().map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(groups).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  }
});

test('a long-running call is answered at once as running, and its end comes later, once', async () => {
  const { clock, runner, groups, late, finished } = running(
    { ...tool('slow', (_parameters, { clock: time }) => time.sleep(500).then(() => 'done')), longRunning: true },
    tool('quick', () => 'here'),
  );
  runner.run('g', [call('slow', 'a'), call('quick', 'b')]);
  await clock.advance(1);
  expect(groups).toEqual([
    [
      { request: call('slow', 'a'), outcome: { status: 'running' } },
      { request: call('quick', 'b'), outcome: { status: 'result', value: 'here' } },
    ],
  ]);
  await clock.advance(5000);
  expect(late).toEqual([{ request: call('slow', 'a'), outcome: { status: 'result', value: 'done' } }]);
  expect([groups.length, finished.length]).toEqual([1, 2]);
});

test('a long-running call does not hold up the end of the session, and ends with it', async () => {
  const { clock, session, runner, late } = running({
    ...tool('slow', () => new Promise(() => undefined), { survivesInterruption: true }),
    longRunning: true,
    timeoutMs: 600_000,
  });
  await session.start();
  runner.run('g', [call('slow')]);
  runner.interrupt();
  expect(late).toEqual([]);
  const report = session.end();
  expect(await clock.runUntil(report, 1000)).toBe(true);
  expect(late.map(({ outcome }) => outcome)).toEqual([{ status: 'cancelled', reason: 'The session is over.' }]);
  expect(clock.pendingTimers).toBe(0);
});

test('progress is passed on while a call runs, a thousand times at most, and not after its end', async () => {
  let report: (value: unknown) => void = () => undefined;
  const { clock, runner, progress } = running(
    tool('reports', (_parameters, running) => {
      report = running.progress;
      report({ percent: 10 });
      return running.clock.sleep(100);
    }),
  );
  runner.run('g', [call('reports', 'a')]);
  await clock.advance(50);
  expect(progress).toEqual([['a', { percent: 10 }]]);
  for (let i = 0; i < 5000; i++) report(i);
  expect(progress).toHaveLength(1000);
  await clock.advance(100);
  report('late');
  expect(progress).toHaveLength(1000);
});

test('the calls of a response may come in pieces and twice: each runs once, and they are answered together (S001-61)', async () => {
  let runs = 0;
  const { clock, runner, groups } = running(tool('counts', (_parameters, { clock: time }) => time.sleep(50).then(() => ++runs)));
  runner.run('response-1', [call('counts', 'a')]);
  runner.run('response-1', [call('counts', 'b')]);
  await clock.advance(10);
  runner.run('response-1', [call('counts', 'a'), call('counts', 'b')]);
  await clock.advance(1000);
  expect(runs).toBe(2);
  expect(groups.map((calls) => calls.map(({ request }) => request.id))).toEqual([['a', 'b']]);
});

test('whatever the tools do, each call ends once, each group is answered once, and nothing is left when the session is over', async () => {
  const kinds = ['returns', 'throws', 'hangs', 'rejects late', 'nobody'] as const;
  const behaves = (kind: (typeof kinds)[number], more: Partial<Tool>): Tool =>
    tool(
      kind.replace(' ', '_'),
      async (_parameters, { clock, progress }) => {
        progress('begun');
        if (kind === 'throws') throw new Error('no');
        if (kind === 'hangs') await new Promise(() => undefined);
        await clock.sleep(kind === 'rejects late' ? 2000 : 30);
        if (kind === 'rejects late') throw new Error('late');
      },
      more,
    );
  const traits = fc.record({
    parallel: fc.boolean(),
    longRunning: fc.boolean(),
    survivesInterruption: fc.boolean(),
  });
  const step = fc.record({
    what: fc.constantFrom('run', 'run', 'interrupt', 'wait'),
    calls: fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 4 }),
    waitMs: fc.nat({ max: 1500 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(traits, { minLength: 4, maxLength: 4 }), fc.array(step, { maxLength: 12 }), async (all, steps) => {
      const tools = kinds.slice(0, 4).map((kind, i) => behaves(kind, all[i] ?? {}));
      const { clock, session, runner, finished, groups, late } = running(...tools);
      let asked = 0;
      let groupsAsked = 0;
      for (const { what, calls, waitMs } of steps) {
        if (what === 'run') {
          groupsAsked++;
          runner.run(
            `g${groupsAsked}`,
            calls.map((kind) => call(kind.replace(' ', '_'), `c${++asked}`)),
          );
        } else if (what === 'interrupt') runner.interrupt();
        else await clock.advance(waitMs);
      }
      session.cancel();
      await clock.advance(5000);
      expect(new Set(finished.map(({ request }) => request.id)).size).toBe(asked);
      expect(finished).toHaveLength(asked);
      expect(groups).toHaveLength(groupsAsked);
      const atWork = groups.flat().filter(({ outcome }) => outcome.status === 'running');
      expect(late.map(({ request }) => request.id).sort()).toEqual(atWork.map(({ request }) => request.id).sort());
      expect(clock.pendingTimers).toBe(0);
    }),
    { numRuns: 60 },
  );
});
