import fc from 'fast-check';
import { expect, test } from 'vitest';
import { call, running, tool } from '../test-support/running-tools.js';
import type { Tool } from './tool.js';

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
