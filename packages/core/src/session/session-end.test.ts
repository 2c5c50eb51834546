import { describe, expect, test } from 'vitest';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { StageScope } from '../processor/handler.js';
import { ServiceError } from '../services/service-error.js';
import { hooked, watchedSession } from '../test-support/watched-session.js';
import type { SessionOptions } from './session-options.js';

const made = (options: SessionOptions = {}, ...processors: readonly FrameProcessor[]) => watchedSession(options, ...processors);
const never = (): Promise<never> => new Promise(() => undefined);

describe('end', () => {
  const slow = (ms: number): FrameProcessor =>
    defineProcessor('slow', (stage) => ({
      down: {
        'llm-text': async (frame, { signal }) => {
          await stage.session.clock.sleep(ms, signal);
          return frame;
        },
      },
    }));

  test('plays what is queued, then stops', async () => {
    const { clock, session, kinds } = made({}, slow(100));
    await session.start();
    for (let i = 0; i < 3; i++) session.send(session.frame('llm-text', { text: 'a', response: 'r' }));
    await clock.runUntil(session.end({ reason: 'bye' }));
    expect(await session.done).toMatchObject({ reason: 'ended', detail: 'bye', durationMs: 300 });
    expect(kinds()).toEqual(['start', 'llm-text', 'llm-text', 'llm-text', 'end']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('becomes a cancel at its deadline, and names who held it', async () => {
    const { clock, session, kinds } = made({}, slow(10_000));
    await session.start();
    session.send(session.frame('llm-text', { text: 'a', response: 'r' }));
    await clock.runUntil(session.end({ drainMs: 50 }));
    const report = await session.done;
    expect(report).toMatchObject({ reason: 'timed-out', durationMs: 50 });
    expect(report.detail).toContain('slow');
    expect(kinds()).toEqual(['start', 'cancel']);
  });

  test('that is asked for again with less time is cut at the earlier deadline, and with more at the first', async () => {
    for (const [first, second, durationMs] of [
      [5000, 200, 300],
      [250, 5000, 250],
      [250, undefined, 250],
      [5000, undefined, 5000],
    ] as const) {
      const { clock, session } = made({ drainMs: 10 }, slow(10_000));
      await session.start();
      session.send(session.frame('llm-text', { text: 'a', response: 'r' }));
      void session.end({ drainMs: first });
      await clock.advance(100);
      void session.end(second === undefined ? {} : { drainMs: second });
      await clock.runUntil(session.done);
      expect(await session.done).toMatchObject({ reason: 'timed-out', durationMs });
      expect(clock.pendingTimers).toBe(0);
    }
  });

  test('without any time to drain is a good end all the same when nothing is left to do', async () => {
    const { clock, session } = made({});
    await clock.runUntil(session.start());
    await clock.runUntil(session.end({ drainMs: 0 }));
    expect(await session.done).toMatchObject({ reason: 'ended' });
  });

  test('that is under way when the session has lasted its time gets its usual drain from then on', async () => {
    const { clock, session } = made({ maxDurationMs: 1000, drainMs: 300 }, slow(10_000));
    await session.start();
    session.send(session.frame('llm-text', { text: 'a', response: 'r' }));
    await clock.runUntil(session.end({ drainMs: 60_000 }));
    expect(await session.done).toMatchObject({ reason: 'timed-out', durationMs: 1300 });
    expect(clock.pendingTimers).toBe(0);
  });

  test('during which a processor gives up is reported as failed with its message, also when it runs out of time', async () => {
    const breaks = defineProcessor('breaks', {
      down: {
        'llm-text': async (_frame, { session: own }) => {
          await own.clock.sleep(50);
          throw new ServiceError('quota', 'Nothing is left; pay the bill.');
        },
      },
    });
    const done = made({}, breaks);
    await done.session.start();
    done.session.send(done.session.frame('llm-text', { text: 'a', response: 'r' }));
    await done.clock.runUntil(done.session.end({ reason: 'bye' }));
    expect(await done.session.done).toMatchObject({ reason: 'failed', detail: 'Nothing is left; pay the bill.', durationMs: 50 });

    const holding = hooked(({ session: own }) => {
      own.hold('a tool');
    });
    const { clock, session } = made({}, breaks, holding);
    await session.start();
    session.send(session.frame('llm-text', { text: 'a', response: 'r' }));
    await clock.runUntil(session.end({ drainMs: 100 }));
    const report = await session.done;
    expect(report).toMatchObject({ reason: 'failed', durationMs: 100 });
    expect(report.detail).toBe('Nothing is left; pay the bill. The end was cut short because these were not done: a tool.');
  });

  test('is overtaken by a cancel, also by one in a hook or a handler of the end itself', async () => {
    const cancels: ((own: StageScope['session'], cancel: () => void) => void)[] = [
      () => undefined,
      (own, cancel) => own.onEnd(cancel),
      (own, cancel) => own.onInterrupt(cancel),
      (own, cancel) => own.clock.setTimer(cancel, 5),
    ];
    for (const plan of cancels) {
      let cancel = (): void => undefined;
      let closed = 0;
      const { clock, session } = made(
        {},
        slow(1000),
        hooked(({ session: own }) => {
          own.onClose(() => {
            closed++;
          });
          plan(own, () => cancel());
        }),
      );
      cancel = () => session.cancel('it wins');
      await session.start();
      session.send(session.frame('llm-text', { text: 'a', response: 'r' }));
      void session.end();
      session.interrupt();
      session.cancel('it wins');
      await clock.advance(0);
      expect(await session.done).toMatchObject({ reason: 'cancelled', detail: 'it wins' });
      expect(closed).toBe(1);
      await clock.advance(10);
      expect(clock.pendingTimers).toBe(0);
    }
  });

  test('that meets a cancel from the handler of the end frame reports the cancel', async () => {
    let closed = 0;
    const { clock, session } = made(
      {},
      defineProcessor('late', (stage) => {
        stage.session.onClose(() => {
          closed++;
        });
        return {
          down: {
            end: () => {
              session.cancel('at the last moment');
            },
          },
        };
      }),
    );
    await session.start();
    await clock.runUntil(session.end());
    expect((await session.done).reason).toBe('cancelled');
    expect(closed).toBe(1);
  });

  test('of a session that has not begun to run is a cancel', async () => {
    const { session } = made();
    expect((await session.end()).reason).toBe('cancelled');
  });

  test('refuses a time that is none', async () => {
    const { session } = made();
    expect(() => session.end({ drainMs: Number.NaN })).toThrow('drainMs is NaN');
    session.cancel();
    await session.done;
  });
});

describe('cancel', () => {
  test('wins at once though a hook of the closing hangs, and the report comes when its time is up', async () => {
    const { clock, session } = made(
      { closeMs: 100 },
      hooked(({ session: own }) => own.onClose(never)),
    );
    await session.start();
    session.cancel();
    expect(session.state).toBe('closed');
    expect(session.signal.aborted).toBe(true);
    await clock.advance(100);
    expect(await session.done).toMatchObject({
      reason: 'cancelled',
      errors: [{ message: 'Not every processor had let go within 100 ms.' }],
    });
    expect(clock.pendingTimers).toBe(0);
  });

  test('from inside its own hooks, handlers and listeners closes once', async () => {
    let closed = 0;
    const { session } = made(
      {},
      defineProcessor('keen', (stage) => {
        stage.session.onInterrupt(() => session.cancel('again'));
        stage.session.onClose(() => {
          closed++;
          session.cancel('again');
        });
        return { down: { cancel: () => session.cancel('again') } };
      }),
    );
    session.state$.subscribe(() => session.state === 'closed' && session.cancel('again'));
    await session.start();
    session.signal.addEventListener('abort', () => session.cancel('again'));
    session.cancel('first');
    expect(await session.done).toMatchObject({ reason: 'cancelled', detail: 'first', totalErrors: 0 });
    expect(closed).toBe(1);
  });

  test('lets go at once of what is opened while the session is closed', async () => {
    const { session } = made();
    session.cancel();
    await session.done;
    let closed = 0;
    (session as unknown as StageScope['session']).onClose(() => {
      closed++;
    });
    await Promise.resolve();
    await Promise.resolve();
    expect(closed).toBe(1);
  });
});
