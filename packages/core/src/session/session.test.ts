import { describe, expect, test } from 'vitest';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { kernelKey } from '../processor/kernel.js';
import { ServiceError } from '../services/service-error.js';
import { hooked, watchedSession } from '../test-support/watched-session.js';
import type { SessionOptions } from './session-options.js';

const made = (options: SessionOptions = {}, ...processors: readonly FrameProcessor[]) => watchedSession(options, ...processors);
const never = (): Promise<never> => new Promise(() => undefined);

describe('start', () => {
  test('waits for every processor, and only then sends the first frame', async () => {
    const { clock, session, kinds } = made(
      {},
      hooked(({ session: own }) => own.onStart(() => clock.sleep(30))),
    );
    const starting = session.start();
    await clock.advance(29);
    expect([session.state, kinds()]).toEqual(['starting', []]);
    await clock.advance(1);
    await starting;
    expect([session.state, kinds()]).toEqual(['running', ['start']]);
    session.cancel();
    await session.done;
  });

  test('that one processor fails rejects with its error, and the report says failed', async () => {
    const { clock, session } = made(
      {},
      hooked(({ session: own }) => {
        own.onStart(() => {
          throw new Error('no model');
        });
        own.onStart(() => Promise.reject(new Error('a second one')));
        own.onStart(never);
      }),
    );
    await expect(session.start()).rejects.toThrow('no model');
    expect(await session.done).toMatchObject({ reason: 'failed', detail: 'no model' });
    expect(clock.pendingTimers).toBe(0);
  });

  test('has a deadline', async () => {
    const { clock, session } = made(
      { startMs: 500 },
      hooked(({ session: own }) => own.onStart(never)),
    );
    const starting = expect(session.start()).rejects.toThrow('within 500 ms');
    await clock.advance(500);
    await starting;
    expect((await session.done).reason).toBe('failed');
    expect(clock.pendingTimers).toBe(0);
  });

  test('is cut short by a cancel, though a processor hangs in it', async () => {
    const { clock, session, kinds } = made(
      {},
      hooked(({ session: own }) => own.onStart(never)),
    );
    const starting = expect(session.start()).rejects.toThrow('cancelled while it was starting');
    session.cancel('changed my mind');
    await starting;
    expect(await session.done).toMatchObject({ reason: 'cancelled', detail: 'changed my mind' });
    expect(kinds()).toEqual(['cancel']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('happens once', async () => {
    const { session } = made();
    await session.start();
    await expect(session.start()).rejects.toThrow('running already');
    session.cancel();
    await expect(session.start()).rejects.toThrow('closed already');
    await session.done;
  });

  test('comes before send and say, which say so', async () => {
    const { session } = made(
      {},
      hooked(({ session: own }) => own.onStart(() => clock2.sleep(1))),
    );
    const clock2 = session.clock;
    expect(() => session.send(session.frame('input-text', { text: 'a' }))).toThrow('await session.start() first');
    const starting = session.start();
    expect(() => session.say('a')).toThrow('await session.start() first');
    starting.catch(() => undefined);
    session.cancel();
    await session.done;
  });
});

describe('limits', () => {
  test('a session ends when nobody has spoken or typed for so long, and each sign of life puts that off', async () => {
    const { clock, session } = made({ idleMs: 1000 });
    await session.start();
    for (let i = 0; i < 5; i++) {
      await clock.advance(900);
      session.send(session.frame('input-text', { text: 'still here' }));
    }
    await clock.runUntil(session.done);
    expect(await session.done).toMatchObject({ reason: 'ended', durationMs: 5500 });
    expect((await session.done).detail).toContain('1000 ms');
  });

  test('a session is not idle while anything is under way, however long that takes', async () => {
    let release = (): void => undefined;
    const { clock, session } = made(
      { idleMs: 1000 },
      hooked(({ session: own }) => {
        release = own.hold('the user turn');
      }),
    );
    await session.start();
    await clock.advance(4500);
    expect(session.state).toBe('running');
    release();
    await clock.runUntil(session.done);
    expect(await session.done).toMatchObject({ reason: 'ended', durationMs: 5000 });
    expect(clock.pendingTimers).toBe(0);
  });

  test('a session ends when it has lasted so long', async () => {
    const { clock, session } = made({ maxDurationMs: 5000, idleMs: 60_000 });
    await session.start();
    await clock.runUntil(session.done);
    expect(await session.done).toMatchObject({ reason: 'ended', durationMs: 5000 });
    expect(clock.pendingTimers).toBe(0);
  });

  test('options that are no number of milliseconds are refused by name', () => {
    for (const name of ['startMs', 'drainMs', 'closeMs', 'idleMs', 'maxDurationMs']) {
      for (const value of [-1, Number.NaN]) expect(() => made({ [name]: value })).toThrow(name);
    }
  });
});

describe('a processor that cannot go on', () => {
  const fails = defineProcessor('fails', {
    down: {
      'llm-text': () => {
        throw new ServiceError('authentication', 'The key is wrong; set another.');
      },
    },
  });
  const run = async (options: SessionOptions) => {
    const { clock, session } = made(options, fails);
    await session.start();
    session.send(session.frame('llm-text', { text: 'a', response: 'r' }));
    const state = session.state;
    await clock.advance(1);
    const after = session.state;
    session.cancel();
    return { state, after, report: await session.done };
  };

  test('ends the session by default', async () => {
    const { state, report } = await run({});
    expect(state).toBe('ending');
    expect(report).toMatchObject({ reason: 'failed', detail: 'The key is wrong; set another.' });
  });

  test('cancels it, or is only reported, as the policy says', async () => {
    expect(await run({ onUnusable: 'cancel' })).toMatchObject({ state: 'closed', report: { reason: 'failed' } });
    expect(await run({ onUnusable: 'report' })).toMatchObject({
      after: 'running',
      report: { reason: 'cancelled', totalErrors: 1 },
    });
    const asked: string[] = [];
    const onUnusable: SessionOptions['onUnusable'] = ({ processor, category }) => {
      asked.push(processor, category);
      return 'report';
    };
    expect((await run({ onUnusable })).after).toBe('running');
    expect(asked).toEqual(['fails', 'authentication']);
  });
});

test('frames$ costs nothing while nobody listens: the kernel has no tap before, and none after', async () => {
  let kernel: { readonly tap: unknown } | undefined;
  const { session } = made(
    {},
    hooked(({ session: own }) => {
      kernel = own[kernelKey];
    }),
  );
  await session.start();
  expect(kernel?.tap).toBeUndefined();
  const first = session.frames$.subscribe();
  const second = session.frames$.subscribe();
  expect(kernel?.tap).toBeDefined();
  first.unsubscribe();
  expect(kernel?.tap).toBeDefined();
  second.unsubscribe();
  expect(kernel?.tap).toBeUndefined();
  session.cancel();
  await session.done;
});

test('frames$ says who handed which frame to whom, which way, and when', async () => {
  const { clock, session } = made({}, defineProcessor('first', {}));
  await session.start();
  await clock.advance(7);
  const seen: string[] = [];
  session.frames$.subscribe(({ frame, from, to, direction, at }) =>
    seen.push(`${frame.kind} ${from} > ${to} ${direction} ${at}`),
  );
  session.send(session.frame('input-text', { text: 'a' }));
  expect(seen).toEqual([
    'input-text session > root down 7',
    'input-text top > first down 7',
    'input-text first > last down 7',
    'input-text last > end down 7',
    'input-text root > session down 7',
  ]);
  session.cancel();
  await session.done;
});

test('a listener of frames$ that always throws, and one that fails later, cost a few errors and not the session', async () => {
  const { session, clock } = watchedSession(
    {},
    defineProcessor('answers errors', (stage) => ({
      up: {
        error: (frame) => {
          stage.pushDown(stage.frame('metrics', { metrics: [] }));
          return frame;
        },
      },
    })),
  );
  session.frames$.subscribe(() => {
    throw new Error('I cannot look at this.');
  });
  session.frames$.subscribe(async () => Promise.reject(new Error('Nor can I.')));
  await session.start();
  await clock.advance(0);
  await clock.runUntil(session.end());
  const report = await session.done;
  expect(report.reason).toBe('ended');
  expect(report.totalErrors).toBeGreaterThan(1);
  expect(report.totalErrors).toBeLessThanOrEqual(16);
});
